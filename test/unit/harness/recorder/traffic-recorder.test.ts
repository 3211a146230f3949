/** Measured requests become series and totals that conserve them, whatever ends when. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MeasuredRequest } from '../../../../src/harness/load.ts';
import { TrafficRecorder } from '../../../../src/harness/recorder/traffic-recorder.ts';
import { FAILURE_CLASSES } from '../../../../src/record.ts';

const BIN_MS = 100;

function request(fields: Partial<MeasuredRequest>): MeasuredRequest {
  return {
    arrivedMs: 10,
    sentMs: 11,
    endedMs: 30,
    outcome: 'ok',
    connection: 'new',
    client: 0,
    node: 'worker-1',
    pod: null,
    attempts: 1,
    ...fields,
  };
}

function recorded(requests: readonly MeasuredRequest[], inFlight = 0): ReturnType<TrafficRecorder['finish']> {
  const recorder = new TrafficRecorder(BIN_MS);
  for (const each of requests) recorder.record(each);
  return recorder.finish(recorder.lastBinEndMs, inFlight);
}

const requests: fc.Arbitrary<MeasuredRequest[]> = fc.array(
  fc
    .record({
      arrivedMs: fc.double({ min: -500, max: 3000, noNaN: true }),
      takesMs: fc.double({ min: 0, max: 900, noNaN: true }),
      outcome: fc.constantFrom('ok' as const, 'ok' as const, ...FAILURE_CLASSES),
      connection: fc.constantFrom('new' as const, 'reused' as const),
      attempts: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ takesMs, ...fields }) =>
      request({ ...fields, sentMs: fields.arrivedMs, endedMs: fields.arrivedMs + takesMs }),
    ),
  { minLength: 1, maxLength: 80 },
);

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

describe('traffic', () => {
  test('is conserved: offered = ok + failed by class + in flight, in totals as in series', () => {
    fc.assert(
      fc.property(requests, fc.nat({ max: 5 }), (all, inFlight) => {
        const counted = all.filter(({ arrivedMs }) => arrivedMs >= 0);
        const { totals, series, failed, baseline } = recorded(all, counted.length === 0 ? 0 : inFlight);
        expect(totals.offered).toBe(totals.ok + totals.failed + totals.inFlight);
        expect(sum(Object.values(totals.failedByClass))).toBe(totals.failed);
        expect(totals.failedNewConnections + totals.failedReusedConnections).toBe(totals.failed);
        expect(failed).toHaveLength(totals.failed);
        expect(sum(series.offered)).toBe(counted.length);
        expect(sum(series.ok)).toBe(totals.ok);
        expect(sum(series.newConnections) + sum(series.reusedConnections)).toBe(counted.length);
        for (const [name, column] of Object.entries(series.failedByClass))
          expect(sum(column)).toBe(totals.failedByClass[name as keyof typeof totals.failedByClass]);
        expect(baseline.due).toBe(all.length - counted.length);
      }),
      { seed: 5, numRuns: 150 },
    );
  });

  test('offers a request in the bin of its arrival, and ends it in that of its end', () => {
    const { series, totals } = recorded([request({ arrivedMs: 90, endedMs: 310 })]);
    expect(series.offered).toEqual([1, 0, 0, 0]);
    expect(series.ok).toEqual([0, 0, 0, 1]);
    expect(series.latencyP50Ms).toEqual([null, null, null, 220]);
    expect(totals.latencyMs).toEqual({ p50: 220, p90: 220, p99: 220, p999: 220 });
  });

  test('keeps the baseline apart: who was due, who was sent in time, who failed', () => {
    const { baseline, totals } = recorded([
      request({ arrivedMs: -400, sentMs: -399, endedMs: -350 }),
      request({ arrivedMs: -300, sentMs: 5, endedMs: 40 }),
      request({ arrivedMs: -200, sentMs: -199, endedMs: -150, outcome: 'reset' }),
      request({}),
    ]);
    expect(baseline).toEqual({ due: 3, sent: 2, failed: 1 });
    expect(totals.offered).toBe(1);
  });

  test('of the time before 0 only the baseline is judged, not what warmed the servers up', () => {
    const recorder = new TrafficRecorder(BIN_MS, -200);
    recorder.record(request({ arrivedMs: -201, sentMs: -201, endedMs: 50, outcome: 'request-timeout' }));
    recorder.record(request({ arrivedMs: -200, sentMs: -199, endedMs: -150 }));
    recorder.record(request({ arrivedMs: -10, sentMs: -9, endedMs: 5, outcome: 'refused' }));
    const { baseline, totals } = recorder.finish(BIN_MS, 0);
    expect(baseline).toEqual({ due: 2, sent: 2, failed: 1 });
    expect(totals.offered).toBe(0);
  });
});
