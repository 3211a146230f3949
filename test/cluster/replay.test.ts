/**
 * A rolling update with a drain and a pod kill, replayed on a real cluster: its record is held to its schema and to the
 * generator's and the servers' own counts.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCluster } from '../../src/harness/cluster/find-cluster.ts';
import { disagreement } from '../../src/harness/recorder/served-counts.ts';
import { readResult } from '../../src/predict/compare/result-file.ts';
import { FAILURE_CLASSES, type RunRecord } from '../../src/record.ts';
import { sim } from '../integration/cli-process.ts';
import { recordProblems } from '../record-schema.ts';
import { ServedCountsReader } from './served-counts.ts';

const SCENARIO = fileURLToPath(new URL('rolling-update', import.meta.url));

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollout-sim-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
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
  let written: unknown;
  let raw: RawRequests;
  let served = 0;

  beforeAll(async () => {
    const reader = await ServedCountsReader.open(await findCluster());
    const out = join(folder, 'record.json');
    const { exitCode, stderr } = await sim(['replay', SCENARIO, '--baseline', '15s', '--out', out]);
    if (exitCode !== 0) throw new Error(`sim replay ended with ${exitCode}: ${stderr}`);
    const counts = await reader.finish();
    served = [...counts.values()].reduce((sum, { answered }) => sum + answered, 0);
    const text = readFileSync(out, 'utf8');
    written = JSON.parse(text);
    const { result, diagnostics } = readResult('record.json', text);
    if (result?.kind !== 'record') throw new Error(`it is no record: ${JSON.stringify(diagnostics)}`);
    ({ record } = result);
    raw = rawRequests(join(folder, record.measurement?.requestsFile ?? ''));
  });

  test('its record is a measured one, whole', () => {
    expect(record).toMatchObject({ source: 'measured', engine: 'cluster', accuracy: null });
    expect(record.measurement).toMatchObject({ partial: false, load: 'built-in' });
    expect(record.measurement?.changes.length).toBeGreaterThan(0);
    expect(recordProblems(written)).toBe('');
  });

  test('each node of the cluster has taken some of the processors', () => {
    const nodes = record.measurement?.nodes ?? [];
    expect(nodes).toHaveLength(4);
    for (const { coresBefore, cores } of nodes) {
      expect(coresBefore).toBeGreaterThan(0);
      expect(cores).toBeGreaterThan(0);
    }
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
      'signal',
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

  test('the record alone tells the same: its servers and its callers agree', () => {
    const counts = record.measurement?.counts;
    if (counts === undefined) throw new Error('the record has no counts');
    expect(disagreement(counts)).toBeNull();
    expect(counts.answered).toBe(raw.answered);
    expect(counts.offered - counts.inFlight).toBe(raw.ended);
    const inRecord = counts.served.reduce((sum, { answered }) => sum + answered, 0);
    expect(inRecord).toBeGreaterThan(0);
    expect(inRecord).toBeLessThanOrEqual(served);
  });
});

test('the cluster is ready for the next one: no pods, no cordoned node', async () => {
  const { exitCode, stdout } = await sim(['cluster', 'status', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'ready' });
  expect(exitCode).toBe(0);
});
