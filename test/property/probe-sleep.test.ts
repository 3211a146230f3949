/** A probe worker that sleeps while it could change nothing, against one that asks at every tick. */
import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ProbeKind } from '../../src/model/cluster/container-runtime.ts';
import { simulate } from '../../src/model/simulate.ts';
import { AppProcess } from '../../src/model/workload/app-process.ts';
import type { RunRecord } from '../../src/record.ts';
import type { Fault, FaultAction, PodTarget } from '../../src/scenario/fault.ts';
import type { Container, Probe, Scenario } from '../../src/scenario/scenario.ts';
import {
  containerOf,
  NodeBench,
  probeOf,
  templateOf,
  type Behaviour,
} from '../unit/model/cluster/kubelet/node-bench.ts';
import { smallScenario, type Fields } from '../unit/model/small-scenario.ts';
import { seeds, smallRollouts } from './scenario-arbitrary.ts';

const probe: fc.Arbitrary<Probe | null> = fc.option(
  fc
    .record({
      periodSeconds: fc.integer({ min: 1, max: 7 }),
      initialDelaySeconds: fc.constantFrom(0, 0, 3, 11),
      timeoutSeconds: fc.integer({ min: 1, max: 3 }),
      failureThreshold: fc.integer({ min: 1, max: 4 }),
    })
    .map((fields) => probeOf(fields)),
  { freq: 5 },
);

const container: fc.Arbitrary<Container> = fc
  .record({
    startupProbe: probe.map((found) => found && { ...found, failureThreshold: 20 }),
    readinessProbe: probe,
    livenessProbe: probe,
  })
  .map((probes) => containerOf('app', probes));

/** Nothing of these falls on a tick, whose time is a sum of whole milliseconds. */
const timeMs = fc.integer({ min: 0, max: 60_000 }).map((whole) => whole + 0.37);

interface Outage {
  readonly kinds: readonly ProbeKind[];
  readonly fromMs: number;
  readonly lastsMs: number;
  /** Latency of an answer during it, which may exceed the timeout and the period. */
  readonly latencyMs: number;
}

const outage: fc.Arbitrary<Outage> = fc.record({
  kinds: fc.subarray<ProbeKind>(['startup', 'readiness', 'liveness'], { minLength: 1 }),
  fromMs: timeMs,
  lastsMs: fc.integer({ min: 1, max: 25_000 }),
  latencyMs: fc.constantFrom(1, 1, 400, 1500, 4000),
});

const behaviour: fc.Arbitrary<Behaviour> = fc.record(
  {
    bootMs: fc.integer({ min: 0, max: 15_000 }).map((whole) => whole + 0.61),
    drainMs: fc.option(fc.integer({ min: 0, max: 20_000 }), { nil: null }),
    runsMs: fc.integer({ min: 1, max: 90_000 }),
    exitCode: fc.constantFrom(0, 1),
  },
  { requiredKeys: ['bootMs', 'drainMs', 'exitCode'] },
);

/** Spread out, so that what happens at one instant is only what belongs together. */
const LATENCIES = Object.fromEntries(
  (['apiCall', 'containerStart', 'containerRestart', 'kubeletSync', 'killReaction'] as const).map((name) => [
    name,
    { kind: 'uniform', min: 1, max: 100 } as const,
  ]),
);

interface Case {
  readonly seed: number;
  readonly adopted: boolean;
  readonly container: Container;
  readonly restartPolicy: 'Always' | 'Never';
  readonly behaviour: Behaviour;
  readonly outages: readonly Outage[];
  readonly deletedMs: number | null;
}

const cases: fc.Arbitrary<Case> = fc.record({
  seed: seeds,
  adopted: fc.boolean(),
  container,
  restartPolicy: fc.constantFrom('Always', 'Always', 'Never'),
  behaviour,
  outages: fc.array(outage, { maxLength: 3 }),
  deletedMs: fc.option(timeMs),
});

interface Outcome {
  readonly told: unknown;
  readonly events: number;
}

function runPod(given: Case, sleeps: boolean): Outcome {
  const bench = new NodeBench({ seed: given.seed, latencies: LATENCIES });
  const { outages } = given;
  const bootMs = given.adopted ? 0 : (given.behaviour.bootMs ?? 0);
  bench.runtime.behaviourOf = () => {
    const upMs = bench.simulation.nowMs + bootMs;
    return {
      ...given.behaviour,
      ...(sleeps ? { tells: outages.flatMap(({ fromMs, lastsMs }) => [fromMs, fromMs + lastsMs]) } : {}),
      answer: (kind, nowMs) => {
        const met = outages.find(
          ({ kinds, fromMs, lastsMs }) => kinds.includes(kind) && nowMs >= fromMs && nowMs < fromMs + lastsMs,
        );
        return { success: nowMs >= upMs && met === undefined, latencyMs: met?.latencyMs ?? 1 };
      },
    };
  };
  const template = templateOf([given.container], { restartPolicy: given.restartPolicy });
  if (given.adopted) bench.adopt(template);
  else bench.create(template);
  if (given.deletedMs !== null) bench.simulation.at(given.deletedMs, () => bench.delete());
  bench.runUntil(150_000);
  const ends = bench.runtime.processes.map(({ startedMs, endedMs, signals }) => ({
    startedMs,
    endedMs,
    signals,
  }));
  const stored = bench.stored.map(({ timeMs, pod }) => [timeMs, pod?.phase, pod?.ready, pod?.restarts]);
  return {
    told: { stored, notes: bench.timeline.events, ends },
    events: bench.simulation.events,
  };
}

describe('a probe worker that sleeps', () => {
  it('changes nothing about a pod, whatever its process answers and when it changes its mind', () => {
    let slept = 0;
    fc.assert(
      fc.property(cases, (given) => {
        const awake = runPod(given, false);
        const asleep = runPod(given, true);
        expect(asleep.told).toEqual(awake.told);
        slept += awake.events - asleep.events;
      }),
      { seed: 20261124, numRuns: 400 },
    );
    expect(slept).toBeGreaterThan(10_000);
  });
});

/** A run without what it says of the scenario it was given. */
function resultOf(scenario: Scenario, seed: number): Omit<RunRecord, 'scenario'> {
  const { scenario: _given, ...result } = simulate(scenario, { seed, engine: 'exact' });
  return result;
}

const ANY_POD: PodTarget = { labels: {}, nodes: [], pods: [], mode: 'one', value: 1 };

function faultOf(drawn: {
  readonly atMs: number;
  readonly durationMs: number;
  readonly kind: 'dependency-outage' | 'container-kill' | 'pod-failure';
}): Fault {
  const { kind, durationMs } = drawn;
  const actions: Readonly<Record<typeof kind, FaultAction>> = {
    'dependency-outage': { kind: 'dependency-outage', dependency: 'database', durationMs },
    'container-kill': { kind: 'container-kill', target: ANY_POD, containers: ['web'] },
    'pod-failure': { kind: 'pod-failure', target: ANY_POD, durationMs },
  };
  return {
    start: { kind: 'at', timeMs: drawn.atMs },
    action: actions[kind],
    location: { file: 'scenario.yaml', line: 1, column: 1 },
  };
}

describe('a world in which probe workers sleep', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const silenced: { readonly onAnswersChanged?: unknown } = AppProcess.prototype;

  it('is to the last byte the one in which they ask at every tick', () => {
    const fields = fc.record({
      httpGet: fc.constant({ path: '/', port: 'http' }),
      periodSeconds: fc.integer({ min: 1, max: 5 }),
      initialDelaySeconds: fc.constantFrom(0, 0, 4),
    });
    const probes: fc.Arbitrary<Fields> = fc.record(
      { readinessProbe: fields, livenessProbe: fields },
      { requiredKeys: [] },
    );
    const fault = fc
      .record({
        atMs: fc.integer({ min: 1, max: 90_000 }),
        durationMs: fc.integer({ min: 1, max: 30_000 }),
        kind: fc.constantFrom('dependency-outage', 'dependency-outage', 'container-kill', 'pod-failure'),
      })
      .map((drawn) => faultOf(drawn));
    fc.assert(
      fc.property(
        smallRollouts,
        probes,
        seeds,
        fc.array(fault, { maxLength: 3 }),
        (small, changed, seed, faults) => {
          const loaded = smallScenario({
            ...small,
            container: { ...small.container, ...changed },
            workload: { ...small.workload, dependencies: ['database'] },
            rate: 5,
            durationSeconds: 300,
          });
          const scenario = { ...loaded, faults };
          const asleep = resultOf(scenario, seed);
          const asked = vi.spyOn(silenced, 'onAnswersChanged', 'get').mockReturnValue(undefined);
          const awake = resultOf(scenario, seed);
          asked.mockRestore();
          expect(JSON.stringify(asleep)).toBe(JSON.stringify(awake));
        },
      ),
      { seed: 20261124, numRuns: 40 },
    );
  });
});
