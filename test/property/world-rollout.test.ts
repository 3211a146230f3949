/** R-INV-1 to R-INV-6 and R-INV-9 over random fault-free rollouts of the whole world, from what a run says of itself. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxSurge, maxUnavailable } from '../../src/model/cluster/deployment/fenceposts.ts';
import type { FailureEvent } from '../../src/model/data-plane.ts';
import { simulate } from '../../src/model/simulate.ts';
import { World } from '../../src/model/world.ts';
import type { RunRecord, TimelineEvent, TimelineEventKind } from '../../src/record.ts';
import type { Container, Deployment, Scenario } from '../../src/scenario/scenario.ts';
import { smallScenario } from '../unit/model/small-scenario.ts';
import { LONGEST_MS, scaleOf, seeds, smallRollouts } from './scenario-arbitrary.ts';

interface Rollout {
  readonly record: RunRecord;
  readonly scale: number;
  readonly deployment: Deployment;
  readonly container: Container;
  readonly surge: number;
  readonly unavailable: number;
  /** Pods, and the ReplicaSet, of the version before. */
  readonly oldPods: ReadonlySet<string>;
  readonly oldReplicaSet: string;
}

function deploymentOf(scenario: Scenario): Deployment {
  const deployment = scenario.before.find((object): object is Deployment => object.kind === 'Deployment');
  if (deployment === undefined) throw new Error('the scenario has no Deployment');
  return deployment;
}

function rollOut(scenario: Scenario, seed: number): Rollout {
  const deployment = deploymentOf(scenario);
  const [container] = deployment.template.containers;
  if (container === undefined) throw new Error('the Deployment has no container');
  const record = simulate(scenario, { seed });
  const oldPods = new Set(
    record.timeline.flatMap(({ kind, object, timeMs }) =>
      kind === 'endpoint-listed' && timeMs < 0 ? [object] : [],
    ),
  );
  const [oldPod = ''] = oldPods;
  return {
    record,
    scale: scaleOf(scenario),
    deployment,
    container,
    surge: maxSurge(deployment),
    unavailable: maxUnavailable(deployment),
    oldPods,
    oldReplicaSet: oldPod.replace(/^pod\//u, 'replicaset/').replace(/-\d+$/u, ''),
  };
}

function eventsOf({ timeline }: RunRecord, kind: TimelineEventKind): TimelineEvent[] {
  return timeline.filter((event) => event.kind === kind);
}

/** R-INV-1: sizes of ReplicaSets. */
function checkSizes({ record, deployment, surge, oldReplicaSet }: Rollout): void {
  const sizes = new Map([[oldReplicaSet, deployment.replicas]]);
  for (const { object, value = Number.NaN } of eventsOf(record, 'replica-set-scaled')) {
    expect(value).toBeGreaterThanOrEqual(0);
    if (object !== oldReplicaSet) expect(value).toBeGreaterThanOrEqual(sizes.get(object) ?? 0);
    sizes.set(object, value);
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    expect(total).toBeLessThanOrEqual(deployment.replicas + surge);
  }
  expect(sizes.size).toBe(2);
  expect(record.pods.peakDesired).toBeLessThanOrEqual(deployment.replicas + surge);
}

/** R-INV-2: pods that are Ready for minReadySeconds and not terminating; a second less at most, by R-GEN-5. */
function checkAvailability({ record, deployment, unavailable, oldPods }: Rollout): void {
  const { replicas, minReadySeconds } = deployment;
  const readySinceMs = new Map([...oldPods].map((pod) => [pod, Number.NEGATIVE_INFINITY]));
  const neededMs = Math.max(0, minReadySeconds - 1) * 1000;
  let least = replicas;
  for (const { kind, object, timeMs } of record.timeline) {
    if (kind === 'pod-ready') readySinceMs.set(object, timeMs);
    if (kind === 'pod-unready' || kind === 'pod-terminating') readySinceMs.delete(object);
    let available = 0;
    for (const sinceMs of readySinceMs.values()) if (timeMs - sinceMs >= neededMs) available++;
    least = Math.min(least, available);
  }
  expect(least).toBeGreaterThanOrEqual(replicas - unavailable);
  if (unavailable > 0) expect(record.pods.minReady).toBe(replicas - unavailable);
  else expect(record.pods.minReady).toBe(replicas);
}

/** R-INV-3 and R-INV-4. */
function checkPods({ record, deployment, oldPods, oldReplicaSet }: Rollout): void {
  const { replicas } = deployment;
  const created = eventsOf(record, 'pod-created').map(({ object }) => object);
  expect(created).toHaveLength(replicas);
  expect(created.some((pod) => pod.startsWith(oldReplicaSet.replace('replicaset/', 'pod/')))).toBe(false);
  const gone = eventsOf(record, 'pod-gone').map(({ object }) => object);
  expect(gone.toSorted()).toEqual([...oldPods].toSorted());
  expect(record.pods.peakWithTerminating).toBeLessThanOrEqual(2 * replicas);
  expect(record.rollout.outcome).toBe('complete');
  expect(record.rollout.completeMs).toBeGreaterThan(0);
  expect(record.rollout.lastOldPodGoneMs).toBeGreaterThan(0);
  for (const [phase, column] of Object.entries(record.series.podsByPhase)) {
    expect(column.at(-1)).toBe(phase === 'ready' ? replicas : 0);
  }
}

/** R-INV-5: signals after the deletion of a pod. */
function checkSignals({ record, scale, deployment, container }: Rollout): void {
  const graceMs = Math.max(1, deployment.template.terminationGracePeriodSeconds) * 1000;
  const hookMs = (container.preStop?.steps ?? []).reduce(
    (sum, step) => sum + (step.do === 'sleep' ? step.durationMs : 0),
    0,
  );
  const cutMs = Math.min(hookMs, graceMs);
  const slackMs = scale * (LONGEST_MS.watch + LONGEST_MS.killReaction + LONGEST_MS.kubeletSync);
  for (const { object, timeMs } of eventsOf(record, 'pod-terminating')) {
    for (const event of record.timeline) {
      if (event.object !== object) continue;
      const sinceMs = event.timeMs - timeMs;
      if (event.kind === 'sigterm') {
        expect(sinceMs).toBeLessThanOrEqual(slackMs + cutMs);
        // The hook is over, or its process 1 has ended and the hook with it (R-POD-21).
        if (container.preStop?.handler === 'sleep') expect(sinceMs).toBeGreaterThanOrEqual(cutMs);
      }
      if (event.kind === 'sigkill') {
        expect(sinceMs).toBeLessThanOrEqual(slackMs + Math.max(graceMs, cutMs + 2000));
        expect(sinceMs).toBeGreaterThanOrEqual(2000);
      }
    }
  }
}

/**
 * The longest way from a pod's change to a node's rules (R-KP-15): two watches, one write of the slice, one retry
 * after 1 s because of a stale cache (R-EPS-6), a sync that has just begun, 1 s between syncs, and the sync itself.
 */
function longestWithdrawalMs(scale: number): number {
  const { watch, controllerSync, apiCall, proxySync } = LONGEST_MS;
  return scale * (2 * watch + 2 * controllerSync + apiCall + 2 * proxySync) + 1000 + 1000;
}

/** R-INV-9. With no other ready endpoint a node goes on with terminating ones (R-KP-4), so these are left out. */
function checkEndpoints({ record, scale, deployment, unavailable, oldPods }: Rollout): void {
  const longestMs = longestWithdrawalMs(scale);
  const readyMs = new Map([...oldPods].map((pod) => [pod, Number.NEGATIVE_INFINITY]));
  const overMs = new Map<string, number>();
  const terminating = new Set<string>();
  const fallsBack = deployment.replicas === unavailable;
  for (const { kind, object, timeMs, node } of record.timeline) {
    if (kind === 'pod-ready') {
      readyMs.set(object, timeMs);
      overMs.delete(object);
    }
    if (kind === 'pod-terminating') terminating.add(object);
    const over = kind === 'pod-unready' || kind === 'pod-gone' || (kind === 'pod-terminating' && !fallsBack);
    if (over && !overMs.has(object)) overMs.set(object, timeMs);
    if (node === undefined) continue;
    if (kind === 'endpoint-listed' && timeMs >= 0) {
      expect(readyMs.has(object)).toBe(true);
      expect(timeMs - (overMs.get(object) ?? timeMs)).toBeLessThanOrEqual(longestMs);
    }
    if (kind === 'endpoint-withdrawn') {
      expect(terminating).toContain(object);
      if (!fallsBack) expect(overMs.has(object)).toBe(true);
      expect(timeMs - (overMs.get(object) ?? timeMs)).toBeLessThanOrEqual(longestMs);
    }
  }
}

function checkWithdrawn({ record, oldPods }: Rollout, nodes: number): void {
  const withdrawn = eventsOf(record, 'endpoint-withdrawn').map(({ object, node }) => `${object} ${node}`);
  expect(new Set(withdrawn).size).toBe(oldPods.size * nodes);
}

describe('any rollout', () => {
  it('R-INV-1 to R-INV-5 and R-INV-9', () => {
    fc.assert(
      fc.property(smallRollouts, seeds, (small, seed) => {
        const scenario = smallScenario(small);
        const rollout = rollOut(scenario, seed);
        checkSizes(rollout);
        checkAvailability(rollout);
        checkPods(rollout);
        checkSignals(rollout);
        checkEndpoints(rollout);
        checkWithdrawn(rollout, scenario.cluster.nodes.length);
      }),
      { seed: 20_281, numRuns: 150 },
    );
  });

  it('R-INV-4: new pods that never become ready leave exactly N − unavailable old ones', () => {
    fc.assert(
      fc.property(smallRollouts, seeds, (small, seed) => {
        const probe = { readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 } };
        const workload = { ...small.workload, versions: { '1.1.0': { boot: 'never' } } };
        const container = { ...probe, lifecycle: small.container?.['lifecycle'] };
        const stalls = { ...small, workload, container, progressDeadlineSeconds: 30 };
        const { record, deployment, surge, unavailable } = rollOut(smallScenario(stalls), seed);
        const { replicas } = deployment;
        const { podsByPhase } = record.series;
        expect(record.rollout.outcome).toBe('stalled');
        expect(podsByPhase.ready.at(-1)).toBe(replicas - unavailable);
        expect(eventsOf(record, 'pod-created')).toHaveLength(Math.min(replicas, surge + unavailable));
        expect(podsByPhase.starting.at(-1)).toBe(Math.min(replicas, surge + unavailable));
      }),
      { seed: 20_282, numRuns: 60 },
    );
  });

  it('R-INV-6: a connection is opened only to a pod that its node lists at that instant', () => {
    fc.assert(
      fc.property(smallRollouts, seeds, (small, seed) => {
        // Half of the answers are errors, so that failures show where ordinary requests go, too.
        const workload = { ...small.workload, errorRate: 0.5 };
        const clients = { ...small.clients, retries: { max: 0 } };
        const scenario = smallScenario({ ...small, workload, clients });
        const failures: FailureEvent[] = [];
        const world = new World(scenario, { seed, engine: 'exact', detail: 'full' }, (failure) =>
          failures.push({ ...failure }),
        );
        world.begin();
        world.run();
        checkRouting(world, failures);
      }),
      { seed: 20_283, numRuns: 80 },
    );
  });
});

function checkRouting(world: World, failures: readonly FailureEvent[]): void {
  const changes = world.timeline.events.filter(({ node }) => node !== undefined);
  const listed = (node: string, atMs: number, before: boolean): Set<string> => {
    const pods = new Set<string>();
    for (const { kind, object, node: of, timeMs } of changes) {
      if (of !== node || timeMs > atMs || (before && timeMs === atMs)) continue;
      if (kind === 'endpoint-listed') pods.add(object);
      if (kind === 'endpoint-withdrawn') pods.delete(object);
    }
    return pods;
  };
  expect(failures.length).toBeGreaterThan(0);
  for (const { pod, clientNode, connectionOpenedMs, mechanism } of failures.slice(0, 300)) {
    const node = world.scenario.cluster.nodes[clientNode]?.name ?? '';
    if (pod >= 0) {
      const name = world.runtime.servedPodAt(pod)?.pod.name ?? '';
      expect(listed(node, connectionOpenedMs, true)).toContain(`pod/${name}`);
    } else if (mechanism === 'no-endpoints') expect(listed(node, connectionOpenedMs, true).size).toBe(0);
  }
}
