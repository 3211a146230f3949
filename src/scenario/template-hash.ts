/**
 * The identity of a pod template: two templates are equal when they are so after the API server's defaults, with
 * quantities compared by value and without the controller's own label (R-DEP-23).
 */
import { digestOf } from './digest.ts';
import { parseQuantity } from './quantity.ts';
import { isRecord } from './yaml-document.ts';

const POD_DEFAULTS = {
  restartPolicy: 'Always',
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  securityContext: {},
  terminationGracePeriodSeconds: 30,
} as const;

const CONTAINER_DEFAULTS = {
  resources: {},
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
} as const;

const PROBE_DEFAULTS = {
  periodSeconds: 10,
  timeoutSeconds: 1,
  successThreshold: 1,
  failureThreshold: 3,
} as const;

const PROBES = new Set(['startupProbe', 'readinessProbe', 'livenessProbe']);

const HASH_LENGTH = 10;

/** Ten hexadecimal digits, like the pod-template-hash in a ReplicaSet's name. @param template spec.template as written */
export function templateHash(template: unknown): string {
  return digestOf(withDefaults(template)).slice(0, HASH_LENGTH);
}

/** The policy that the API server fills in: Always for no tag or `latest`, else IfNotPresent (R-POD-4). */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  const { tag, digest } = splitImage(image);
  return digest === null && (tag === null || tag === 'latest') ? 'Always' : 'IfNotPresent';
}

export interface ImageParts {
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** `registry:5000/team/app:v1@sha256:…` → its parts. */
export function splitImage(image: string): ImageParts {
  const [reference = '', digest = null] = image.split('@', 2);
  const colon = reference.lastIndexOf(':');
  // A colon before the last slash belongs to the registry's port.
  return colon > reference.lastIndexOf('/')
    ? { repository: reference.slice(0, colon), tag: reference.slice(colon + 1), digest }
    : { repository: reference, tag: null, digest };
}

function withDefaults(template: unknown): unknown {
  if (!isRecord(template)) return template;
  const metadata = isRecord(template['metadata']) ? template['metadata'] : {};
  const spec = isRecord(template['spec']) ? template['spec'] : {};
  const labels = isRecord(metadata['labels']) ? { ...metadata['labels'] } : {};
  delete labels['pod-template-hash'];
  return {
    ...(metadata['name'] !== undefined && { name: metadata['name'] }),
    labels,
    annotations: metadata['annotations'] ?? {},
    spec: {
      ...POD_DEFAULTS,
      ...defined(spec),
      initContainers: listOf(spec['initContainers']).map(container),
      containers: listOf(spec['containers']).map(container),
    },
  };
}

function container(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const result: Record<string, unknown> = {
    ...CONTAINER_DEFAULTS,
    imagePullPolicy: defaultPullPolicy(typeof value['image'] === 'string' ? value['image'] : ''),
    ...defined(value),
  };
  for (const [key, member] of Object.entries(result)) {
    if (PROBES.has(key)) result[key] = probe(member);
    else if (key === 'resources') result[key] = quantities(member);
    else if (key === 'ports')
      result[key] = listOf(member).map((port) => Object.assign({ protocol: 'TCP' }, defined(port)));
  }
  return result;
}

function probe(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const httpGet = value['httpGet'];
  return {
    ...PROBE_DEFAULTS,
    ...defined(value),
    ...(isRecord(httpGet) && { httpGet: { path: '/', scheme: 'HTTP', ...defined(httpGet) } }),
  };
}

/** Quantities of requests and limits as numbers, so that 1 and 1000m are the same. */
function quantities(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'number') return parseQuantity(value) ?? value;
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(defined(value)).map(([key, member]) => [key, quantities(member)]));
}

function defined(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
