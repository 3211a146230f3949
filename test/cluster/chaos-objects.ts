/**
 * An object of every Chaos Mesh kind, with every action and mode that the generated types know and the fields that each
 * needs: what the compiler lets through here, a real API server must take.
 */
import type {
  DNSChaos,
  HTTPChaos,
  IOChaos,
  NetworkChaos,
  PodChaos,
  StressChaos,
  TimeChaos,
} from '../../src/scenario/chaos/chaos-mesh.generated.ts';

export type ChaosObject = DNSChaos | HTTPChaos | IOChaos | NetworkChaos | PodChaos | StressChaos | TimeChaos;

const apiVersion = 'chaos-mesh.org/v1alpha1';
type Selector = PodChaos['spec']['selector'];
const WEB: Selector = { labelSelectors: { app: 'web' } };

/** All ways of selecting at once. */
const EVERY_SELECTOR: Selector = {
  namespaces: ['default'],
  labelSelectors: { app: 'web' },
  expressionSelectors: [{ key: 'tier', operator: 'In', values: ['front'] }],
  annotationSelectors: { drill: 'yes' },
  fieldSelectors: { 'status.phase': 'Running' },
  nodes: ['worker-1'],
  nodeSelectors: { 'kubernetes.io/os': 'linux' },
  pods: { default: ['web-1'] },
  podPhaseSelectors: ['Running'],
};

type Mode = Pick<PodChaos['spec'], 'mode' | 'value'>;
const MODES: readonly Mode[] = [
  { mode: 'one' },
  { mode: 'all' },
  { mode: 'fixed', value: '2' },
  { mode: 'fixed-percent', value: '40' },
  { mode: 'random-max-percent', value: '100' },
];

const POD_ACTIONS: readonly Omit<PodChaos['spec'], 'mode' | 'value' | 'selector'>[] = [
  { action: 'pod-kill', gracePeriod: 5 },
  { action: 'pod-failure', duration: '30s' },
  { action: 'container-kill', containerNames: ['web'] },
];

const podChaos: readonly PodChaos[] = POD_ACTIONS.flatMap((fields) =>
  MODES.map((mode): PodChaos => ({
    apiVersion,
    kind: 'PodChaos',
    metadata: { name: `${fields.action}-${mode.mode}` },
    spec: Object.assign({ selector: EVERY_SELECTOR }, fields, mode),
  })),
);

const NETWORK_ACTIONS: readonly Omit<NetworkChaos['spec'], 'mode' | 'selector'>[] = [
  { action: 'netem', delay: { latency: '10ms' }, loss: { loss: '5' }, rate: { rate: '1mbps' } },
  {
    action: 'delay',
    delay: { latency: '90ms', jitter: '10ms', correlation: '25', reorder: { reorder: '5', gap: 3 } },
    direction: 'both',
    device: 'eth0',
  },
  { action: 'loss', loss: { loss: '25', correlation: '25' }, externalTargets: ['example.com'] },
  { action: 'duplicate', duplicate: { duplicate: '10' }, direction: 'to' },
  { action: 'corrupt', corrupt: { corrupt: '1' }, direction: 'from', target: { mode: 'all', selector: WEB } },
  { action: 'partition', target: { mode: 'fixed', value: '1', selector: WEB }, duration: '30s' },
  { action: 'bandwidth', bandwidth: { rate: '1mbps', limit: 20_000, buffer: 10_000 } },
];

const networkChaos: readonly NetworkChaos[] = NETWORK_ACTIONS.map((fields) => ({
  apiVersion,
  kind: 'NetworkChaos',
  metadata: { name: fields.action },
  spec: Object.assign({ mode: 'one' as const, selector: WEB }, fields),
}));

const IO_ACTIONS: readonly Omit<IOChaos['spec'], 'mode' | 'selector' | 'volumePath'>[] = [
  { action: 'latency', delay: '100ms', percent: 50 },
  { action: 'fault', errno: 5, methods: ['READ'], path: '/data/*' },
  { action: 'attrOverride', attr: { perm: 72 } },
  { action: 'mistake', mistake: { filling: 'zero', maxOccurrences: 1, maxLength: 10 } },
];

const ioChaos: readonly IOChaos[] = IO_ACTIONS.map((fields) => ({
  apiVersion,
  kind: 'IOChaos',
  metadata: { name: fields.action.toLowerCase() },
  spec: Object.assign({ mode: 'all' as const, selector: WEB, volumePath: '/data' }, fields),
}));

const dnsChaos = (['error', 'random'] as const).map((action): DNSChaos => ({
  apiVersion,
  kind: 'DNSChaos',
  metadata: { name: action },
  spec: { action, mode: 'all', selector: WEB, patterns: ['example.*'], duration: '10s' },
}));

const httpChaos: readonly HTTPChaos[] = [
  {
    apiVersion,
    kind: 'HTTPChaos',
    metadata: { name: 'abort' },
    spec: {
      mode: 'all',
      selector: WEB,
      target: 'Request',
      port: 8080,
      method: 'GET',
      path: '/*',
      abort: true,
    },
  },
  {
    apiVersion,
    kind: 'HTTPChaos',
    metadata: { name: 'replace' },
    spec: {
      mode: 'one',
      selector: WEB,
      target: 'Response',
      port: 8080,
      code: 200,
      delay: '1s',
      replace: { code: 500, headers: { 'x-drill': 'yes' } },
      patch: { body: { type: 'JSON', value: '{}' }, headers: [['x-drill', 'yes']] },
    },
  },
];

const stressChaos: StressChaos = {
  apiVersion,
  kind: 'StressChaos',
  metadata: { name: 'stress' },
  spec: {
    mode: 'one',
    selector: WEB,
    containerNames: ['web'],
    stressors: { cpu: { workers: 1, load: 50 }, memory: { workers: 1, size: '64MB' } },
    duration: '10s',
  },
};

const timeChaos: TimeChaos = {
  apiVersion,
  kind: 'TimeChaos',
  metadata: { name: 'clock' },
  spec: { mode: 'one', selector: WEB, timeOffset: '-5m', clockIds: ['CLOCK_REALTIME'] },
};

export const CHAOS_OBJECTS: readonly ChaosObject[] = [
  ...podChaos,
  ...networkChaos,
  ...ioChaos,
  ...dnsChaos,
  ...httpChaos,
  stressChaos,
  timeChaos,
];
