/**
 * The schema of a pod template: every field that the API knows, so that a misspelt one is found; what the model has
 * no use for is let through (and reported by unmodelled.ts where it could change the answer).
 */
import * as z from 'zod';
import { cpuQuantity, INT32_MAX, memoryQuantity, quantity } from '../scalars.ts';
import { hookSchema, type RawHook } from './hook.ts';
import { ignored, objectName, stringMap, templateMetadataSchema, type RawMetadata } from './metadata.ts';
import { livenessSchema, readinessSchema, type RawProbe } from './probe.ts';

export interface RawPodTemplate {
  metadata?: Omit<RawMetadata, 'name'> | undefined;
  spec: RawPodSpec;
}

interface RawPodSpec {
  containers: RawContainer[];
  initContainers?: RawContainer[] | undefined;
  terminationGracePeriodSeconds?: number | undefined;
  restartPolicy?: 'Always' | 'OnFailure' | 'Never' | undefined;
  readinessGates?: { conditionType: string }[] | undefined;
  nodeSelector?: Record<string, string> | undefined;
  volumes?: RawVolume[] | undefined;
}

/** Of a volume only what it refers to; its other kinds hold nothing that the model needs. */
interface RawVolume {
  secret?: { secretName?: string | undefined; optional?: boolean | undefined } | undefined;
  configMap?: RawReference | undefined;
}

export interface RawContainer {
  name: string;
  image: string;
  imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never' | undefined;
  ports?: { name?: string | undefined; containerPort: number }[] | undefined;
  resources?: { requests?: RawResources | undefined; limits?: RawResources | undefined } | undefined;
  startupProbe?: RawProbe | undefined;
  readinessProbe?: RawProbe | undefined;
  livenessProbe?: RawProbe | undefined;
  lifecycle?: { postStart?: RawHook | undefined; preStop?: RawHook | undefined } | undefined;
  restartPolicy?: 'Always' | 'OnFailure' | 'Never' | undefined;
  env?: RawEnv[] | undefined;
  envFrom?: RawEnvFrom[] | undefined;
}

export type RawResources = { cpu?: number | undefined; memory?: number | undefined } & Record<
  string,
  number | undefined
>;

export interface RawReference {
  name?: string | undefined;
  optional?: boolean | undefined;
}

interface RawEnv {
  name: string;
  valueFrom?:
    | {
        secretKeyRef?: (RawReference & { key: string }) | undefined;
        configMapKeyRef?: (RawReference & { key: string }) | undefined;
      }
    | undefined;
}

interface RawEnvFrom {
  secretRef?: RawReference | undefined;
  configMapRef?: RawReference | undefined;
}

const resourcesSchema: z.ZodType<RawResources> = z
  .object({ cpu: cpuQuantity.optional(), memory: memoryQuantity.optional() })
  .catchall(quantity);

const reference = { name: z.string().optional(), optional: z.boolean().optional() };
const keyReference = z.strictObject({ ...reference, key: z.string() });

const envSchema: z.ZodType<RawEnv> = z.strictObject({
  name: z.string().min(1),
  value: z.string().optional(),
  valueFrom: z
    .strictObject({
      secretKeyRef: keyReference.optional(),
      configMapKeyRef: keyReference.optional(),
      fieldRef: ignored,
      resourceFieldRef: ignored,
      fileKeyRef: ignored,
    })
    .optional(),
});

const containerSchema: z.ZodType<RawContainer> = z.strictObject({
  name: objectName,
  image: z.string().min(1).max(1000),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).optional(),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  workingDir: ignored,
  ports: z
    .array(
      z.strictObject({
        name: z.string().max(15).optional(),
        containerPort: z.int().min(1).max(65_535),
        hostPort: ignored,
        hostIP: ignored,
        protocol: z.enum(['TCP', 'UDP', 'SCTP']).optional(),
      }),
    )
    .optional(),
  env: z.array(envSchema).optional(),
  envFrom: z
    .array(
      z.strictObject({
        prefix: ignored,
        secretRef: z.strictObject(reference).optional(),
        configMapRef: z.strictObject(reference).optional(),
      }),
    )
    .optional(),
  resources: z
    .strictObject({
      requests: resourcesSchema.optional(),
      limits: resourcesSchema.optional(),
      claims: ignored,
    })
    .optional(),
  startupProbe: livenessSchema.optional(),
  readinessProbe: readinessSchema.optional(),
  livenessProbe: livenessSchema.optional(),
  lifecycle: z
    .strictObject({ postStart: hookSchema.optional(), preStop: hookSchema.optional(), stopSignal: ignored })
    .optional(),
  restartPolicy: z.enum(['Always', 'OnFailure', 'Never']).optional(),
  restartPolicyRules: ignored,
  resizePolicy: ignored,
  securityContext: ignored,
  stdin: ignored,
  stdinOnce: ignored,
  tty: ignored,
  terminationMessagePath: ignored,
  terminationMessagePolicy: ignored,
  volumeDevices: ignored,
  volumeMounts: ignored,
});

const podSpecSchema: z.ZodType<RawPodSpec> = z.strictObject({
  containers: z.array(containerSchema).min(1).max(100),
  initContainers: z.array(containerSchema).max(100).optional(),
  terminationGracePeriodSeconds: z.int().min(0).max(INT32_MAX).optional(),
  restartPolicy: z.enum(['Always', 'OnFailure', 'Never']).optional(),
  readinessGates: z.array(z.strictObject({ conditionType: z.string().min(1) })).optional(),
  nodeSelector: stringMap.optional(),
  activeDeadlineSeconds: ignored,
  affinity: ignored,
  automountServiceAccountToken: ignored,
  dnsConfig: ignored,
  dnsPolicy: ignored,
  enableServiceLinks: ignored,
  ephemeralContainers: ignored,
  hostAliases: ignored,
  hostIPC: ignored,
  hostNetwork: ignored,
  hostPID: ignored,
  hostUsers: ignored,
  hostname: ignored,
  hostnameOverride: ignored,
  imagePullSecrets: ignored,
  nodeName: ignored,
  os: ignored,
  overhead: ignored,
  preemptionPolicy: ignored,
  priority: ignored,
  priorityClassName: ignored,
  resourceClaims: ignored,
  resources: ignored,
  runtimeClassName: ignored,
  schedulerName: ignored,
  schedulingGates: ignored,
  securityContext: ignored,
  serviceAccount: ignored,
  serviceAccountName: ignored,
  setHostnameAsFQDN: ignored,
  shareProcessNamespace: ignored,
  subdomain: ignored,
  tolerations: ignored,
  topologySpreadConstraints: ignored,
  volumes: z
    .array(
      z.looseObject({
        name: z.string().min(1),
        secret: z
          .looseObject({ secretName: z.string().optional(), optional: z.boolean().optional() })
          .optional(),
        configMap: z.looseObject(reference).optional(),
      }),
    )
    .optional(),
  workloadRef: ignored,
});

export const podTemplateSchema: z.ZodType<RawPodTemplate> = z.strictObject({
  metadata: templateMetadataSchema.optional(),
  spec: podSpecSchema,
});
