/**
 * A real cluster from nothing to nothing: it is made, a rolling update is replayed on it with a drain and a pod kill,
 * the record is held to the generator's and the servers' own counts, and nothing is left. ROLLOUT_SIM_NODE_IMAGE=1
 * takes the node image of `npm run cluster:image`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCluster } from '../../src/harness/cluster/find-cluster.ts';
import { readResult } from '../../src/predict/compare/result-file.ts';
import { FAILURE_CLASSES, type RunRecord } from '../../src/record.ts';
import { sim, type Ended } from '../integration/cli-process.ts';
import { ServedCountsReader } from './served-counts.ts';

const SCENARIO = fileURLToPath(new URL('rolling-update', import.meta.url));
const NODE_IMAGE = process.env['ROLLOUT_SIM_NODE_IMAGE'] === '1' ? ['--node-image'] : [];

let folder = '';

/** A cluster that does not come up is tried once more, from nothing. */
async function upWithOneRetry(): Promise<Ended> {
  const first = await sim(['cluster', 'up', ...NODE_IMAGE]);
  if (first.exitCode === 0) return first;
  console.error(`the cluster did not come up, trying once more: ${first.stderr}`);
  await sim(['cluster', 'down']);
  return sim(['cluster', 'up', ...NODE_IMAGE]);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollout-sim-'));
  const { exitCode, stderr } = await upWithOneRetry();
  if (exitCode !== 0) throw new Error(`sim cluster up ended with ${exitCode}: ${stderr}`);
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await sim(['cluster', 'down']);
});

interface RawRequests {
  readonly ended: number;
  /** Answers that reached the caller, errors of the server among them. */
  readonly answered: number;
}

function rawRequests(path: string): RawRequests {
  const [head = '[]', ...rows] = gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n');
  const outcome = (JSON.parse(head) as string[]).indexOf('outcome');
  const outcomes = rows.map((row) => (JSON.parse(row) as unknown[])[outcome]);
  return {
    ended: outcomes.length,
    answered: outcomes.filter((each) => each === 'ok' || each === 'http-5xx').length,
  };
}

describe('a rolling update with a drain and a pod kill', () => {
  let record: RunRecord;
  let raw: RawRequests;
  let served = 0;

  beforeAll(async () => {
    const reader = await ServedCountsReader.open(await findCluster());
    const out = join(folder, 'record.json');
    const { exitCode, stderr } = await sim(['replay', SCENARIO, '--baseline', '15s', '--out', out]);
    if (exitCode !== 0) throw new Error(`sim replay ended with ${exitCode}: ${stderr}`);
    const counts = await reader.finish();
    served = [...counts.values()].reduce((sum, { answered }) => sum + answered, 0);
    const { result, diagnostics } = readResult('record.json', readFileSync(out, 'utf8'));
    if (result?.kind !== 'record') throw new Error(`it is no record: ${JSON.stringify(diagnostics)}`);
    ({ record } = result);
    raw = rawRequests(join(folder, record.measurement?.requestsFile ?? ''));
  });

  test('its record is a measured one, whole', () => {
    expect(record).toMatchObject({ source: 'measured', engine: 'cluster', accuracy: null });
    expect(record.measurement).toMatchObject({ partial: false, load: 'built-in' });
    expect(record.measurement?.changes.length).toBeGreaterThan(0);
  });

  test('the rollout completes, and the faults happen', () => {
    expect(record.rollout.outcome).toBe('complete');
    expect(record.pods.peakDesired).toBeGreaterThanOrEqual(7);
    const kinds = new Set(record.timeline.map(({ kind }) => kind));
    for (const kind of [
      'rollout-started',
      'rollout-complete',
      'node-cordoned',
      'pod-evicted',
      'drain-complete',
      'node-uncordoned',
      'fault-injected',
      'sigterm',
      'endpoint-withdrawn',
      'pod-gone',
    ] as const)
      expect(kinds).toContain(kind);
  });

  test('requests are conserved, in the totals and bin by bin', () => {
    const { totals, series } = record;
    const failed = FAILURE_CLASSES.reduce((sum, name) => sum + (totals.failedByClass[name] ?? 0), 0);
    expect(totals.offered).toBe(totals.ok + failed + totals.inFlight);
    expect(series.ok.reduce((sum, count) => sum + count, 0)).toBe(totals.ok);
    expect(totals.offered).toBeGreaterThan(60 * 60 * 0.9);
  });

  test("what the servers answered is what callers got, but for failed requests' answers", () => {
    const undelivered = served - raw.answered;
    expect(undelivered).toBeGreaterThanOrEqual(0);
    expect(undelivered).toBeLessThanOrEqual(raw.ended - raw.answered);
  });
});

test('the cluster is ready for the next one: no pods, no cordoned node', async () => {
  const { exitCode, stdout } = await sim(['cluster', 'status', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'ready' });
  expect(exitCode).toBe(0);
});

test('after cluster down nothing is left, and replay says what is missing', async () => {
  expect((await sim(['cluster', 'down'])).exitCode).toBe(0);
  const status = await sim(['cluster', 'status']);
  expect(status.exitCode).toBe(3);
  const { exitCode, stderr } = await sim(['replay', SCENARIO]);
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/^No cluster rollout-sim is up: sim cluster up makes it/mu);
});
