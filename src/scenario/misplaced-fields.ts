/**
 * Where fields belong that people like to put elsewhere.
 */
import type { PathSegment } from './source-map.ts';

type Path = readonly PathSegment[];

const POD: Path = ['spec', 'template', 'spec'];
const CONTAINER: Path = [...POD, 'containers', 0];

/** Parent → the fields that belong below it. A schema that lacks the parent knows no such place. */
const HOMES: readonly (readonly [parent: Path, fields: readonly string[]])[] = [
  [['metadata'], ['name', 'namespace', 'labels', 'annotations', 'description', 'teaches']],
  [
    ['spec'],
    [
      'strategy',
      'replicas',
      'selector',
      'minReadySeconds',
      'progressDeadlineSeconds',
      'revisionHistoryLimit',
      'paused',
      'template',
      'sessionAffinity',
      'ports',
      'backoffLimit',
      'completions',
      'parallelism',
      'cluster',
      'before',
      'changes',
      'workload',
      'traffic',
      'faults',
      'expect',
      'limits',
    ],
  ],
  [['spec', 'strategy'], ['rollingUpdate']],
  [
    ['spec', 'strategy', 'rollingUpdate'],
    ['maxSurge', 'maxUnavailable'],
  ],
  [
    POD,
    [
      'terminationGracePeriodSeconds',
      'restartPolicy',
      'nodeSelector',
      'tolerations',
      'affinity',
      'topologySpreadConstraints',
      'initContainers',
      'containers',
      'volumes',
      'serviceAccountName',
    ],
  ],
  [
    CONTAINER,
    [
      'image',
      'imagePullPolicy',
      'readinessProbe',
      'livenessProbe',
      'startupProbe',
      'lifecycle',
      'resources',
      'env',
      'envFrom',
      'command',
      'args',
      'volumeMounts',
    ],
  ],
  [
    [...CONTAINER, 'lifecycle'],
    ['preStop', 'postStart'],
  ],
  [
    [...CONTAINER, 'resources'],
    ['requests', 'limits'],
  ],
  [
    ['spec', 'cluster'],
    ['profile', 'nodes', 'kubeProxy', 'serializeImagePulls', 'cachedImages'],
  ],
  [
    ['spec', 'traffic'],
    ['service', 'rate', 'ramp', 'arrivals', 'path', 'clients'],
  ],
  [
    ['spec', 'traffic', 'clients'],
    ['retries', 'keepAlive', 'connectionsEach', 'timeout', 'connectTimeout', 'method'],
  ],
  [
    ['spec', 'expect'],
    ['failedRequests', 'failedShare', 'latency', 'rolloutWithin'],
  ],
];

/**
 * Where the last segment of a path belongs, when it is a field that belongs elsewhere; null otherwise. A field found
 * inside one container stays with that container.
 */
export function homeOf(segments: Path): Path | null {
  const key = segments.at(-1);
  if (typeof key !== 'string') return null;
  for (const [parent, fields] of HOMES) {
    if (!fields.includes(key)) continue;
    const home = [
      ...parent.map((part, depth) =>
        part === 0 && typeof segments[depth] === 'number' ? segments[depth] : part,
      ),
      key,
    ];
    if (home.join('\n') !== segments.join('\n')) return home;
  }
  return null;
}
