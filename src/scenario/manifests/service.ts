/**
 * Services: the first TCP port is the one that clients call.
 */
import * as z from 'zod';
import type { Service } from '../scenario.ts';
import { locateValue } from '../source-map.ts';
import type { SourceDocument } from '../yaml-document.ts';
import { checkDocument } from '../zod-issues.ts';
import { ignored, manifestOf, stringMap, topLevel, type RawMetadata } from './metadata.ts';
import type { ManifestContext } from './pod-template.ts';
import { portSchema } from './probe.ts';

const POLICY = z.enum(['Cluster', 'Local']);

/** R-KP-11: ClientIP affinity lasts three hours unless the manifest says otherwise. */
const AFFINITY_SECONDS = 10_800;

interface RawService {
  metadata: RawMetadata;
  spec: {
    type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName' | undefined;
    clusterIP?: string | undefined;
    selector?: Record<string, string> | undefined;
    ports?: { port: number; targetPort?: number | string | undefined }[] | undefined;
    publishNotReadyAddresses?: boolean | undefined;
    sessionAffinity?: 'None' | 'ClientIP' | undefined;
    sessionAffinityConfig?: { clientIP?: { timeoutSeconds?: number | undefined } | undefined } | undefined;
    externalTrafficPolicy?: 'Cluster' | 'Local' | undefined;
    internalTrafficPolicy?: 'Cluster' | 'Local' | undefined;
  };
}

const schema: z.ZodType<RawService> = z.strictObject({
  ...topLevel,
  spec: z.strictObject({
    type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']).optional(),
    clusterIP: z.string().optional(),
    clusterIPs: ignored,
    selector: stringMap.optional(),
    ports: z
      .array(
        z.strictObject({
          name: z.string().optional(),
          port: z.int().min(1).max(65_535),
          targetPort: portSchema.optional(),
          protocol: z.enum(['TCP', 'UDP', 'SCTP']).optional(),
          nodePort: ignored,
          appProtocol: ignored,
        }),
      )
      .min(1)
      .optional(),
    publishNotReadyAddresses: z.boolean().optional(),
    sessionAffinity: z.enum(['None', 'ClientIP']).optional(),
    sessionAffinityConfig: z
      .strictObject({
        clientIP: z.strictObject({ timeoutSeconds: z.int().min(1).max(86_400).optional() }).optional(),
      })
      .optional(),
    externalTrafficPolicy: POLICY.optional(),
    internalTrafficPolicy: POLICY.optional(),
    trafficDistribution: ignored,
    allocateLoadBalancerNodePorts: ignored,
    externalIPs: ignored,
    externalName: ignored,
    healthCheckNodePort: ignored,
    ipFamilies: ignored,
    ipFamilyPolicy: ignored,
    loadBalancerClass: ignored,
    loadBalancerIP: ignored,
    loadBalancerSourceRanges: ignored,
  }),
});

export function readService(document: SourceDocument, { diagnostics }: ManifestContext): Service | null {
  const raw = checkDocument(schema, document, diagnostics);
  if (raw === null) return null;
  const { spec } = raw;
  const [port] = spec.ports ?? [];
  if (
    spec.type === 'ExternalName' ||
    spec.clusterIP === 'None' ||
    spec.selector === undefined ||
    port === undefined
  ) {
    const path =
      spec.type === 'ExternalName' ? 'spec.type' : spec.clusterIP === 'None' ? 'spec.clusterIP' : 'spec';
    diagnostics.add('W202', locateValue(document.source, path), {
      message: `Service ${raw.metadata.name} is left out: it has no cluster IP with a selector and a port of its own.`,
      path,
      expected: 'a Service with a cluster IP, a selector and a port',
    });
    return null;
  }
  const affinity = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS;
  return {
    ...manifestOf(document, raw.metadata),
    kind: 'Service',
    type: spec.type ?? 'ClusterIP',
    selector: spec.selector,
    port: port.port,
    targetPort: port.targetPort ?? port.port,
    publishNotReadyAddresses: spec.publishNotReadyAddresses ?? false,
    sessionAffinitySeconds: spec.sessionAffinity === 'ClientIP' ? affinity : null,
    externalTrafficPolicy: spec.externalTrafficPolicy ?? 'Cluster',
    internalTrafficPolicy: spec.internalTrafficPolicy ?? 'Cluster',
  };
}
