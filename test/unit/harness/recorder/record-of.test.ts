/**
 * A record made of what a real API server (v1.34.4) and the workload said during one rolling update of three pods whose
 * preStop hook signals first: watches and life lines in test/fixtures/api/rollout.ndjson, requests made up.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { MeasuredRequest } from '../../../../src/harness/load.ts';
import type { LifeEvent, Observation, ObservedChange } from '../../../../src/harness/recorder/observation.ts';
import { recordOf, BIN_MS } from '../../../../src/harness/recorder/record-of.ts';
import { TrafficRecorder } from '../../../../src/harness/recorder/traffic-recorder.ts';
import { loadScenario } from '../../../../src/index.ts';
import type { Measurement, RunRecord } from '../../../../src/record.ts';

interface Line {
  readonly kind?: ObservedChange['kind'];
  readonly timeMs: number;
  readonly gone?: true;
  readonly object?: { readonly metadata: { readonly uid: string } };
  readonly life?: LifeEvent['kind'];
  readonly pod?: string;
}

function observed(): Observation {
  const text = readFileSync(new URL('../../../fixtures/api/rollout.ndjson', import.meta.url), 'utf8');
  const known = new Map<string, Line['object']>();
  const changes: ObservedChange[] = [];
  const life: LifeEvent[] = [];
  for (const line of text
    .trimEnd()
    .split('\n')
    .map((each) => JSON.parse(each) as Line)) {
    const { kind, timeMs, gone, object, pod } = line;
    if (line.life !== undefined && pod !== undefined) life.push({ pod, timeMs, kind: line.life });
    if (kind === undefined || object === undefined) continue;
    const { uid } = object.metadata;
    const before = gone === true ? object : (known.get(uid) ?? null);
    changes.push({ kind, timeMs, after: gone === true ? null : object, before } as unknown as ObservedChange);
    known.set(uid, object);
  }
  return { changes, life, proxies: [], notes: [] };
}

const OBSERVATION = observed();
const LOADED = loadScenario('prestop-wrong-order', { set: ['deployment/gateway.spec.replicas=3'] });

function request(fields: Partial<MeasuredRequest>): MeasuredRequest {
  const arrivedMs = fields.arrivedMs ?? 100;
  return {
    arrivedMs,
    sentMs: arrivedMs,
    endedMs: arrivedMs + 5,
    outcome: 'ok',
    connection: 'new',
    client: 0,
    node: 'worker-1',
    pod: null,
    attempts: 1,
    ...fields,
  };
}

function recordWith(requests: readonly MeasuredRequest[]): RunRecord {
  if (LOADED.scenario === null) throw new Error('the scenario does not load');
  const traffic = new TrafficRecorder(BIN_MS);
  for (const each of requests) traffic.record(each);
  return recordOf({
    scenario: LOADED.scenario,
    seed: 1,
    observation: OBSERVATION,
    faults: [],
    traffic,
    inFlight: 0,
    endedMs: 60_000,
    scenarioNode: (name) =>
      name.replace(/^rollout-sim-worker(\d?)$/u, (_, digit: string) => `worker-${digit === '' ? 1 : digit}`),
    measure: () => ({}) as Measurement,
  });
}

const RECORD = recordWith([request({})]);
/** The first old pod that was deleted. */
const FIRST =
  RECORD.timeline.find(({ kind, timeMs }) => kind === 'pod-terminating' && timeMs > 0)?.object.slice(4) ?? '';

function timesOf(pod: string): Map<string, number> {
  return new Map(
    RECORD.timeline.filter(({ object }) => object === `pod/${pod}`).map(({ kind, timeMs }) => [kind, timeMs]),
  );
}

function causeOf(fields: Partial<MeasuredRequest>): {
  rule: string | undefined;
  pod: string | null | undefined;
} {
  const { failedSample, causes } = recordWith([request(fields)]);
  expect(causes).toHaveLength(1);
  return { rule: failedSample[0]?.rule, pod: failedSample[0]?.pod };
}

describe('a record of real answers', () => {
  test('tells the rollout: its start, each scaling by one, its end, and the last old pod', () => {
    const kinds = RECORD.timeline
      .filter(({ object }) => object === 'deployment/gateway')
      .map(({ kind }) => kind);
    expect(kinds).toEqual(['rollout-started', 'rollout-complete']);
    expect(RECORD.rollout.outcome).toBe('complete');
    expect(RECORD.rollout.completeMs).toBeGreaterThan(2000);
    expect(RECORD.rollout.lastOldPodGoneMs).toBeGreaterThan(RECORD.rollout.completeMs ?? 0);
  });

  test('tells the life of an old pod in its order: closed before anybody has withdrawn it', () => {
    const times = timesOf(FIRST);
    const order = [
      'container-started',
      'listener-open',
      'signal',
      'listener-closed',
      'container-exited',
      'pod-gone',
    ];
    const found = order.map((kind) => times.get(kind) ?? Number.NaN);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(times.get('endpoint-withdrawn')).toBeGreaterThan(times.get('pod-terminating') ?? 0);
  });

  test('counts pods in every phase, and no pod twice', () => {
    const { series, pods } = RECORD;
    const all = series.readyEndpoints.map((_, bin) =>
      Object.values(series.podsByPhase).reduce((sum, column) => sum + (column[bin] ?? 0), 0),
    );
    expect(all[0]).toBe(3);
    expect(all.at(-1)).toBe(3);
    expect(Math.max(...all)).toBeLessThanOrEqual(pods.peakWithTerminating);
    expect(pods).toMatchObject({ peakDesired: 5, minReady: 3 });
    expect(series.servingPods[0]).toBe(3);
    expect(Object.keys(pods.peakByNode).every((name) => /^worker-[123]$/u.test(name))).toBe(true);
  });

  test('takes requests of pods from the scenario, whose replay asks for less', () => {
    expect(RECORD.pods.peakCpuRequestedMilli % 500).toBe(0);
    expect(RECORD.pods.peakCpuRequestedMilli).toBeGreaterThanOrEqual(1500);
  });
});

describe('the cause of a failure', () => {
  const closedMs = timesOf(FIRST).get('listener-closed') ?? 0;
  const withdrawnMs = timesOf(FIRST).get('endpoint-withdrawn') ?? 0;

  test('refused while its node still sends to a pod that its hook has stopped: R-SRV-7, at the hook’s line', () => {
    const { failedSample } = recordWith([request({ arrivedMs: closedMs + 20, outcome: 'refused' })]);
    expect(failedSample[0]).toMatchObject({ rule: 'R-SRV-7', pod: FIRST });
    expect(failedSample[0]?.where[0]).toMatchObject({ file: 'manifests/deployment.yaml' });
    const story = failedSample[0]?.story.map(({ text }) => text) ?? [];
    expect(story).toContain(`pod ${FIRST} closes its listener`);
    expect(story).toContain(`pod ${FIRST} is withdrawn from its endpoints in the API`);
  });

  test('connection attempts that nobody answers after the pod has exited: R-CLI-6', () => {
    const arrivedMs = withdrawnMs + 300;
    expect(causeOf({ arrivedMs, endedMs: arrivedMs + 2000, outcome: 'connect-timeout' }).rule).toBe(
      'R-CLI-6',
    );
  });

  test.each([
    ['refused', 1000],
    ['connect-timeout', 1000],
    ['request-timeout', 1000],
    ['http-503', 1000],
    ['reset', 1000],
  ] as const)('%s with every pod well is unknown, and its story says so', (outcome, arrivedMs) => {
    const { failedSample } = recordWith([request({ arrivedMs, outcome })]);
    expect(failedSample[0]).toMatchObject({ rule: 'unknown', where: [], pod: null });
    expect(failedSample[0]?.story.at(-1)?.text).toBe('the record does not show why');
  });

  test('a kept-alive connection that ends when no pod does: R-CLI-5', () => {
    expect(causeOf({ arrivedMs: 1000, outcome: 'eof', connection: 'reused' }).rule).toBe('R-CLI-5');
  });

  test('in flight as its process ended: R-SRV-2', () => {
    const exitedMs = timesOf(FIRST).get('container-exited') ?? 0;
    const found = causeOf({ arrivedMs: exitedMs - 30, endedMs: exitedMs + 2, outcome: 'eof', pod: FIRST });
    expect(found).toEqual({ rule: 'R-SRV-2', pod: FIRST });
  });
});
