/**
 * Draws schedules of faults, and shrinks them: to fewer faults, gentler kinds, smaller targets, shorter
 * and earlier ones.
 */
import { constant, constantFrom, integer, oneof, option, record, tuple, type Arbitrary } from 'fast-check';
import { SECOND_MS } from '../../kernel/time.ts';
import type { FaultAction, FaultStart, PodTarget } from '../../scenario/fault.ts';
import type { Budget, FaultKind } from './budget.ts';
import { inOrder, type Schedule } from './schedule.ts';
import type { BreakTargets } from './targets.ts';

/** A rollout's points that a fault can wait for: every twentieth of it. */
const ROLLOUT_STEPS = 20;
const DELAY_SECONDS_MAX = 30;

/** How often each kind is drawn: as often as clusters meet it, roughly. A whole node is lost least often. */
const WEIGHTS: Readonly<Record<FaultKind, number>> = {
  'pod-kill': 4,
  'container-kill': 4,
  'pod-failure': 2,
  'dependency-outage': 3,
  drain: 4,
  'node-down': 1,
};

/** Those of the kinds for which the scenario has a target and the budget has room, in the given order. */
export function possibleKinds(
  kinds: readonly FaultKind[],
  targets: BreakTargets,
  budget: Budget,
): readonly FaultKind[] {
  const pods = targets.replicas > 0 && budget.pods > 0;
  const nodes = targets.nodes.length > 0 && budget.nodes > 0;
  const possible: Readonly<Record<FaultKind, boolean>> = {
    'pod-kill': pods,
    'container-kill': pods && targets.containers.length > 0,
    'pod-failure': pods,
    'dependency-outage': targets.dependencies.length > 0,
    drain: nodes,
    'node-down': nodes,
  };
  return kinds.filter((kind) => possible[kind]);
}

/**
 * Each fault keeps to the budget, several together may exceed it, and there may be none: `isWithin` tells.
 * @param kinds at least one, all of them possible
 * @param faultsMax at most this many faults, whatever the budget allows
 */
export function scheduleArbitrary(
  kinds: readonly FaultKind[],
  targets: BreakTargets,
  budget: Budget,
  faultsMax: number,
): Arbitrary<Schedule> {
  const actions = kinds.map((kind) => ({
    arbitrary: actionArbitrary(kind, targets, budget),
    weight: WEIGHTS[kind],
  }));
  const fault = record({
    start: startArbitrary(targets),
    action: oneof({ withCrossShrink: true }, ...actions),
  });
  const slots = Array.from({ length: Math.min(faultsMax, budget.faults) }, () =>
    option(fault, { nil: null, freq: 2 }),
  );
  // A slot each, so that shrinking can empty any one of them and leave the others as they are.
  return tuple(...slots).map((drawn) => inOrder(drawn.filter((one) => one !== null)));
}

function startArbitrary({ endMs, rollsOut }: BreakTargets): Arbitrary<FaultStart> {
  const lastSecond = Math.max(0, Math.floor(endMs / SECOND_MS));
  const at = integer({ min: 0, max: lastSecond }).map((second): FaultStart => ({
    kind: 'at',
    timeMs: second * SECOND_MS,
  }));
  if (!rollsOut) return at;
  const when = tuple(
    integer({ min: 0, max: ROLLOUT_STEPS }),
    integer({ min: 0, max: DELAY_SECONDS_MAX }),
  ).map(([step, seconds]): FaultStart => ({
    kind: 'when',
    deployment: null,
    rollout: step / ROLLOUT_STEPS,
    delayMs: seconds * SECOND_MS,
  }));
  return oneof({ withCrossShrink: true }, at, when);
}

function actionArbitrary(kind: FaultKind, targets: BreakTargets, budget: Budget): Arbitrary<FaultAction> {
  const { nodes, containers, dependencies, graceSeconds } = targets;
  const durationMs = integer({ min: 1, max: Math.floor(budget.forMs / SECOND_MS) }).map(
    (seconds) => seconds * SECOND_MS,
  );
  const target = targetArbitrary(Math.min(targets.replicas, budget.pods));
  switch (kind) {
    case 'pod-kill':
      return record({
        kind: constant(kind),
        target,
        gracePeriodSeconds: constantFrom(graceSeconds, 0),
      });
    case 'container-kill':
      return record({
        kind: constant(kind),
        target,
        containers: constantFrom(...containers.map((name) => [name])),
      });
    case 'pod-failure':
      return record({ kind: constant(kind), target, durationMs });
    case 'dependency-outage':
      return record({ kind: constant(kind), dependency: constantFrom(...dependencies), durationMs });
    case 'drain':
      return record({
        kind: constant(kind),
        node: constantFrom(...nodes),
        gracePeriodSeconds: constant(null),
        timeoutMs: constant(null),
        uncordonAfterMs: durationMs,
      });
    case 'node-down':
      return record({
        kind: constant(kind),
        node: constantFrom(...nodes),
        effect: constantFrom('pause' as const, 'partition' as const, 'crash' as const),
        durationMs,
      });
  }
}

/** Pods behind the called Service, drawn by the run itself. */
function targetArbitrary(podsMax: number): Arbitrary<PodTarget> {
  return integer({ min: 1, max: Math.max(1, podsMax) }).map(anyPods);
}

function anyPods(count: number): PodTarget {
  const one = count === 1;
  return { labels: {}, nodes: [], pods: [], mode: one ? 'one' : 'fixed', value: one ? 0 : count };
}
