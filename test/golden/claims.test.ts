/**
 * What the textbook behind the black-friday scenario claims, each claim confirmed or refuted by simulation. Each verdict
 * with its numbers, to two digits, is pinned as text. The claim about the autoscaler (7) needs a part of the world that is
 * not simulated; MODEL.md lists it.
 */
import { describe, expect, it } from 'vitest';
import type { RunRecord, TimelineEvent } from '../../src/index.ts';
import { meanOf, runsOf } from './bundled-run.ts';
import { twoDigits } from './run-summary-text.ts';

const APPLY = 'apply: [changes/configmap.yaml, changes/deployment.yaml], waitFor: rollout/complete';
/** The rollout alone, five seconds into the run, without the migration before it. */
const ROLLOUT_ONLY = `spec.changes=[{at: 5s, ${APPLY}}]`;
/** Where only pods and times matter, a hundredth of the traffic tells as much. */
const LITTLE_TRAFFIC = 'spec.traffic.rate=100';
const SLEEP_45 =
  'deployment/checkout-service.spec.template.spec.containers[checkout].lifecycle.preStop={sleep: {seconds: 45}}';

function secondsAt(event: TimelineEvent | undefined): number {
  if (event === undefined) throw new Error('no such event');
  return event.timeMs / 1000;
}

function first(run: RunRecord, kind: TimelineEvent['kind']): number {
  return secondsAt(run.timeline.find((event) => event.kind === kind));
}

/** Pods in a phase, so many seconds after the rollout began. */
function podsIn(run: RunRecord, phase: keyof RunRecord['series']['podsByPhase'], seconds: number): number {
  const { series } = run;
  const bin = Math.floor(((first(run, 'rollout-started') + seconds) * 1000 - run.startMs) / series.binMs);
  return series.podsByPhase[phase][bin] ?? Number.NaN;
}

/** Shares of requests that fail, for any cause and for an uneven spread, under so many callers' addresses. */
function failedShares(
  seeds: number,
  count: number,
  connectionsEach: number,
  set: readonly string[] = [],
): { all: number; skew: number } {
  const runs = runsOf('black-friday', seeds, [
    `spec.changes=[{at: 2s, ${APPLY}}]`,
    'spec.limits.duration=45s',
    `spec.traffic.clients.count=${count}`,
    `spec.traffic.clients.connectionsEach=${connectionsEach}`,
    ...set,
  ]);
  const offered = meanOf(runs, ({ totals }) => totals.offered);
  const skewed = meanOf(runs, ({ causes }) =>
    causes.reduce((sum, { rule, failed }) => sum + (rule === 'R-KP-11' ? failed : 0), 0),
  );
  return { all: meanOf(runs, ({ totals }) => totals.failed) / offered, skew: skewed / offered };
}

const percent = (share: number): string => `${twoDigits(100 * share)} %`;

describe('claims of the textbook', () => {
  it('1 “at t = 60 s the deployment is complete”, by way of 25 pods at 10 s and 25 ready at 30 s: about right, by another way', () => {
    const runs = runsOf('black-friday', 5, [ROLLOUT_ONLY, LITTLE_TRAFFIC]);
    for (const run of runs) {
      expect(run.rollout.outcome).toBe('complete');
      // All five surge pods are there after a second, not after ten, and they are never all ready beside 20 old ones
      // for long: each that becomes ready sends an old one away at once (R-DEP-11, R-SUR-3).
      expect(podsIn(run, 'starting', 1) + podsIn(run, 'pending', 1)).toBe(5);
      expect(podsIn(run, 'ready', 30)).toBeLessThan(25);
      expect(run.rollout.completeMs).toBeGreaterThan(45_000);
      expect(run.rollout.completeMs).toBeLessThan(70_000);
    }
    const ready = meanOf(runs, (run) => first(run, 'pod-ready') - first(run, 'rollout-started'));
    // The startup probe's period, then the readiness probe's first tick after its initial delay (R-POD-9, R-POD-10).
    expect(ready).toBeGreaterThan(10);
    expect(ready).toBeLessThan(20);
    const complete = meanOf(runs, ({ rollout }) => rollout.completeMs ?? Number.NaN) / 1000;
    const gone = meanOf(runs, ({ rollout }) => rollout.lastOldPodGoneMs ?? Number.NaN) / 1000;
    expect(
      'confirmed but for the way: ' +
        `25 pods within 1 s, the first new one ready after ${twoDigits(ready)} s; ` +
        `four waves, complete after ${twoDigits(complete)} s, last old pod gone after ${twoDigits(gone)} s`,
    ).toMatchInlineSnapshot(
      `"confirmed but for the way: 25 pods within 1 s, the first new one ready after 15 s; four waves, complete after 57 s, last old pod gone after 58 s"`,
    );
  });

  it('2 “at most 25 pods run at once”: refuted, since terminating pods run as well', () => {
    const [textbook] = runsOf('black-friday', 1, [ROLLOUT_ONLY, LITTLE_TRAFFIC]);
    const [sleeping] = runsOf('black-friday', 1, [ROLLOUT_ONLY, LITTLE_TRAFFIC, SLEEP_45]);
    if (textbook === undefined || sleeping === undefined) throw new Error('a run is missing');
    expect(textbook.pods.peakDesired).toBe(25);
    expect(sleeping.pods.peakDesired).toBe(25);
    expect(textbook.pods.peakWithTerminating).toBeGreaterThan(25);
    // R-SUR-2: once termination takes as long as the waves, twice the replicas.
    expect(sleeping.pods.peakWithTerminating).toBe(40);
    expect(
      'refuted: ' +
        `25 by the controller’s count, ${textbook.pods.peakWithTerminating} on the nodes, ` +
        `${sleeping.pods.peakWithTerminating} when the sleep of 45 s really happens`,
    ).toMatchInlineSnapshot(
      `"refuted: 25 by the controller’s count, 29 on the nodes, 40 when the sleep of 45 s really happens"`,
    );
  });

  it('3 “preStop stops accepting, 45 s let requests finish, then the pod leaves the Service”: refuted', () => {
    const [run] = runsOf('black-friday', 1, [ROLLOUT_ONLY, LITTLE_TRAFFIC]);
    const [full] = runsOf('black-friday', 1);
    if (run === undefined || full === undefined) throw new Error('a run is missing');
    const stopped = run.timeline.filter(({ kind }) => kind === 'pod-terminating');
    expect(stopped).toHaveLength(20);
    const after = (pod: TimelineEvent, kind: TimelineEvent['kind']): number =>
      secondsAt(run.timeline.findLast((event) => event.kind === kind && event.object === pod.object)) -
      secondsAt(pod);
    for (const pod of stopped) {
      // R-SRV-7: the listener is closed before the last node has withdrawn the pod …
      expect(after(pod, 'listener-closed')).toBeLessThan(after(pod, 'endpoint-withdrawn'));
      // … and R-POD-21: the process ends, and with it the shell that was to sleep for 45 s.
      expect(after(pod, 'container-exited')).toBeLessThan(5);
    }
    const closed = meanOf(stopped, (pod) => after(pod, 'listener-closed'));
    const withdrawn = meanOf(stopped, (pod) => after(pod, 'endpoint-withdrawn'));
    const exited = meanOf(stopped, (pod) => after(pod, 'container-exited'));
    const refused = full.causes.find(({ rule }) => rule === 'R-SRV-7')?.failed ?? 0;
    expect(refused).toBeGreaterThan(1000);
    expect(
      'refuted: ' +
        `listener closed ${twoDigits(closed)} s after the deletion, last node withdraws after ${twoDigits(withdrawn)} s, ` +
        `process gone after ${twoDigits(exited)} s instead of 45; ${twoDigits(refused)} requests fail for it`,
    ).toMatchInlineSnapshot(
      `"refuted: listener closed 0.03 s after the deletion, last node withdraws after 0.81 s, process gone after 0.033 s instead of 45; 13000 requests fail for it"`,
    );
  });

  it('4 “the PDB prevents too many pods from being down during the update”: refuted for the update', () => {
    const five = 'deployment/checkout-service.spec.strategy.rollingUpdate.maxUnavailable=5';
    const strict = 'poddisruptionbudget/checkout-service.spec.minAvailable=20';
    const [loose] = runsOf('black-friday', 1, [ROLLOUT_ONLY, LITTLE_TRAFFIC, five]);
    const [bound] = runsOf('black-friday', 1, [ROLLOUT_ONLY, LITTLE_TRAFFIC, five, strict]);
    if (loose === undefined || bound === undefined) throw new Error('a run is missing');
    // R-PDB-1, R-SUR-6: a budget of 20 of 20 changes not one event of the rollout.
    expect(bound.timeline).toEqual(loose.timeline);
    expect(bound.pods.minReady).toBe(15);
    expect(
      'refuted: ' +
        `with a budget of 20 and maxUnavailable 5, ready pods fall to ${bound.pods.minReady} all the same`,
    ).toMatchInlineSnapshot(
      `"refuted: with a budget of 20 and maxUnavailable 5, ready pods fall to 15 all the same"`,
    );
  });

  it('4 the same budget of 15 paces a drain beside the rollout: confirmed', () => {
    const drain = 'spec.faults=[{ when: { rollout: 25% }, drain: { node: worker-2 } }]';
    // The textbook's two worker nodes hold ten of the pods each.
    const two = 'spec.cluster.nodes={count: 2}';
    const [run] = runsOf('black-friday', 1, [ROLLOUT_ONLY, LITTLE_TRAFFIC, two, drain]);
    if (run === undefined) throw new Error('a run is missing');
    const evicted = run.timeline.filter(({ kind }) => kind === 'pod-evicted').map(secondsAt);
    const took = first(run, 'drain-complete') - first(run, 'node-cordoned');
    // R-PDB-3, R-DRN-1: what is refused is tried again every 5 s.
    expect(run.timeline.some(({ kind }) => kind === 'eviction-refused')).toBe(true);
    expect(Math.max(...evicted) - Math.min(...evicted)).toBeGreaterThan(5);
    expect(run.pods.minReady).toBeGreaterThanOrEqual(15);
    expect(run.rollout.outcome).toBe('complete');
    expect(
      'confirmed: ' +
        `${evicted.length} pods are evicted over ${twoDigits(took)} s, ready pods never fall below ${run.pods.minReady}`,
    ).toMatchInlineSnapshot(`"confirmed: 13 pods are evicted over 17 s, ready pods never fall below 15"`);
  });

  it('5 “rollback is instant, about 30 s”: refuted, it is a rollout', () => {
    const undo = `spec.changes=[{at: 5s, ${APPLY}}, {at: 120s, undo: deployment/checkout-service, waitFor: rollout/complete}]`;
    const runs = runsOf('black-friday', 3, [undo, LITTLE_TRAFFIC]);
    const took = runs.map((run) => {
      const complete = secondsAt(run.timeline.findLast(({ kind }) => kind === 'rollout-complete'));
      expect(run.rollout.outcome).toBe('rolled-back');
      return complete - 120;
    });
    for (const seconds of took) expect(seconds).toBeGreaterThan(40);
    const there = meanOf(runs, (run) => first(run, 'rollout-complete') - first(run, 'rollout-started'));
    const back = meanOf(took, (seconds) => seconds);
    expect(
      `refuted: ${twoDigits(back)} s back, after ${twoDigits(there)} s there (R-DEP-19)`,
    ).toMatchInlineSnapshot(`"refuted: 50 s back, after 56 s there (R-DEP-19)"`);
  });

  it('6 “sessionAffinity ClientIP is a safe way to stable sessions”: refuted for 40, 3 and thousands of addresses', () => {
    const frontEnds = failedShares(6, 40, 16);
    const ingresses = failedShares(2, 3, 214);
    const addresses = failedShares(2, 4000, 1);
    const without = failedShares(2, 40, 16, [
      'service/checkout-service.spec.sessionAffinity=None',
      'service/checkout-service.spec.sessionAffinityConfig=null',
    ]);
    // Three addresses use three pods of 20 at most, which serve 3 × 1430 of 10 000 requests per second.
    expect(ingresses.skew).toBeGreaterThan(0.5);
    // Two callers for each pod on average leave some with twice as many and more.
    expect(frontEnds.skew).toBeGreaterThan(0.001);
    expect(frontEnds.skew).toBeLessThan(0.1);
    // Thousands spread evenly, yet each of them is sent back to its stopped pod until that is withdrawn (R-KP-11).
    expect(addresses.skew).toBeLessThan(0.0001);
    expect(addresses.all).toBeGreaterThan(10 * without.all);
    expect(
      'refuted: ' +
        `share failed with 40 client pods ${percent(frontEnds.all)} (overloaded pods ${percent(frontEnds.skew)}), ` +
        `with 3 ingress replicas ${percent(ingresses.all)} (${percent(ingresses.skew)}), ` +
        `with 4000 addresses ${percent(addresses.all)} (${percent(addresses.skew)}); ` +
        `with 40 and no affinity ${percent(without.all)}`,
    ).toMatchInlineSnapshot(
      `"refuted: share failed with 40 client pods 2.6 % (overloaded pods 1.6 %), with 3 ingress replicas 64 % (63 %), with 4000 addresses 0.84 % (0.00033 %); with 40 and no affinity 0.009 %"`,
    );
  });

  it('8 readiness that checks Redis: one outage of Redis empties the Service: confirmed', () => {
    const outage = 'spec.faults=[{ at: 10s, dependencyOutage: { dependency: redis, for: 60s } }]';
    const newConnections = 'spec.traffic.clients.keepAlive=false';
    const runs = runsOf('black-friday', 3, ['spec.changes=[]', LITTLE_TRAFFIC, newConnections, outage]);
    const empty = runs.map((run) => {
      const unready = run.timeline.filter(({ kind }) => kind === 'pod-unready').map(secondsAt);
      expect(unready).toHaveLength(20);
      expect(run.pods.minReady).toBe(0);
      // R-APP-6, R-KP-7: no pod is at fault, and every request is refused.
      expect(run.causes.map(({ rule }) => rule)).toEqual(['R-APP-6']);
      return Math.max(...unready) - 10;
    });
    const share = meanOf(runs, ({ totals }) => totals.failed / totals.offered);
    expect(
      'confirmed: ' +
        `no pod is Ready ${twoDigits(meanOf(empty, (seconds) => seconds))} s after Redis is away, and ${percent(share)} of all requests are refused`,
    ).toMatchInlineSnapshot(
      `"confirmed: no pod is Ready 15 s after Redis is away, and 56 % of all requests are refused"`,
    );
  });

  it('9 targets (errors below 0.01 %, response time unchanged, 15 ready pods): missed by the textbook, met by black-friday-safe', () => {
    const quiet = runsOf('black-friday-safe', 1, ['spec.changes=[]', 'spec.limits.duration=30s']);
    const unchanged = meanOf(quiet, ({ totals }) => totals.latencyMs.p99);
    const [textbook, safe] = (['black-friday', 'black-friday-safe'] as const).map((name) => {
      const runs = runsOf(name, 2);
      return {
        errors: meanOf(runs, ({ totals }) => totals.failed / totals.offered),
        p99: meanOf(runs, ({ totals }) => totals.latencyMs.p99),
        ready: Math.min(...runs.map(({ pods }) => pods.minReady)),
      };
    });
    if (textbook === undefined || safe === undefined) throw new Error('a run is missing');
    expect(textbook.errors).toBeGreaterThan(0.0001);
    expect(textbook.p99).toBeGreaterThan(2 * unchanged);
    expect(textbook.ready).toBe(20);
    expect(safe.errors).toBe(0);
    expect(safe.p99).toBeLessThan(1.05 * unchanged);
    expect(safe.ready).toBe(20);
    expect(
      'refuted: ' +
        `textbook: ${twoDigits(100 * textbook.errors)} % errors, p99 ${twoDigits(textbook.p99)} ms, ready never below ${textbook.ready}`,
    ).toMatchInlineSnapshot(`"refuted: textbook: 2.8 % errors, p99 1900 ms, ready never below 20"`);
    expect(
      'confirmed: ' +
        `safe: ${safe.errors} errors, p99 ${twoDigits(safe.p99)} ms against ${twoDigits(unchanged)} ms, ready never below ${safe.ready}`,
    ).toMatchInlineSnapshot(`"confirmed: safe: 0 errors, p99 91 ms against 90 ms, ready never below 20"`);
  });
});
