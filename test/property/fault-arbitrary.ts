/** Faults of every kind for a small scenario: one Deployment `web`, nodes worker-1 to worker-3, one dependency. */
import * as fc from 'fast-check';
import type { Fault, FaultAction, FaultStart, PodTarget } from '../../src/scenario/fault.ts';

type FaultValue = Pick<Fault, 'start' | 'action'>;

const milliseconds = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
const graceSeconds = fc.integer({ min: 0, max: 60 });

const starts: fc.Arbitrary<FaultStart> = fc.oneof(
  milliseconds(120_000).map((timeMs): FaultStart => ({ kind: 'at', timeMs })),
  fc.record({
    kind: fc.constant('when' as const),
    deployment: fc.constantFrom(null, 'web'),
    rollout: fc.oneof(fc.constantFrom(0, 0.5, 1, 0.125), fc.double({ min: 0, max: 1, noNaN: true })),
    delayMs: fc.integer({ min: 0, max: 20_000 }),
  }),
);

const counted: fc.Arbitrary<Pick<PodTarget, 'mode' | 'value'>> = fc.oneof(
  fc.constantFrom<Pick<PodTarget, 'mode' | 'value'>>({ mode: 'one', value: 0 }, { mode: 'all', value: 0 }),
  fc.record({ mode: fc.constant('fixed' as const), value: fc.integer({ min: 1, max: 5 }) }),
  fc.record({
    mode: fc.constantFrom('fixed-percent' as const, 'random-max-percent' as const),
    value: fc.integer({ min: 0, max: 100 }),
  }),
);

const targets: fc.Arbitrary<PodTarget> = fc
  .record({
    labels: fc.constantFrom<Readonly<Record<string, string>>>({}, { app: 'web' }),
    nodes: fc.constantFrom<readonly string[]>([], ['worker-2'], ['worker-1', 'worker-3']),
    pods: fc.constant<readonly string[]>([]),
    rest: counted,
  })
  .map(({ rest: { mode, value }, labels, nodes, pods }) => ({ labels, nodes, pods, mode, value }));

const nodes = fc.constantFrom('worker-1', 'worker-2', 'worker-3');

const actions: readonly fc.Arbitrary<FaultAction>[] = [
  fc.record({
    kind: fc.constant('drain' as const),
    node: nodes,
    gracePeriodSeconds: orNull(graceSeconds),
    timeoutMs: orNull(milliseconds(60_000)),
    uncordonAfterMs: orNull(milliseconds(60_000)),
  }),
  fc.record({
    kind: fc.constant('node-down' as const),
    node: nodes,
    effect: fc.constantFrom('crash' as const, 'pause' as const, 'partition' as const),
    durationMs: orNull(milliseconds(90_000)),
  }),
  fc.record({ kind: fc.constant('pod-kill' as const), target: targets, gracePeriodSeconds: graceSeconds }),
  fc.record({ kind: fc.constant('pod-failure' as const), target: targets, durationMs: milliseconds(30_000) }),
  fc.record({
    kind: fc.constant('container-kill' as const),
    target: targets,
    containers: fc.constant<readonly string[]>(['web']),
  }),
  fc.record({
    kind: fc.constant('dependency-outage' as const),
    dependency: fc.constant('redis'),
    durationMs: milliseconds(60_000),
  }),
];

export function faults(kinds: readonly FaultAction['kind'][] | null = null): fc.Arbitrary<FaultValue> {
  const names: readonly FaultAction['kind'][] = [
    'drain',
    'node-down',
    'pod-kill',
    'pod-failure',
    'container-kill',
    'dependency-outage',
  ];
  const chosen = actions.filter((_, index) => kinds === null || kinds.includes(names[index] ?? 'drain'));
  return fc.record({ start: starts, action: fc.oneof(...chosen) });
}
