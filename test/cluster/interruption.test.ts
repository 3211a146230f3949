/** Ctrl-C in a replay on a real cluster: one line, exit code 130, nothing left, and a partial record of what was measured. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCluster } from '../../src/harness/cluster/find-cluster.ts';
import { KubernetesClient } from '../../src/harness/kubernetes/client.ts';
import type { RunRecord } from '../../src/record.ts';
import { interruptedSim } from '../integration/cli-process.ts';
import { recordProblems } from '../record-schema.ts';

const SCENARIO = fileURLToPath(new URL('rolling-update', import.meta.url));

let folder = '';
let client: KubernetesClient;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollout-sim-'));
  client = await KubernetesClient.connect(await findCluster(), 'rollout-sim');
});

afterAll(async () => {
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

async function leftNothing(): Promise<void> {
  expect(await client.readAny('Namespace', 'rollout-sim')).toBeNull();
  const { items } = await client.list('Node');
  expect(items.filter(({ spec }) => spec.unschedulable === true)).toEqual([]);
}

describe('Ctrl-C', () => {
  test.each([
    ['settling', /^applying the state/mu],
    ['measuring the baseline', /^baseline/mu],
    ['watching', /^watching/mu],
  ])('while %s', async (what, line) => {
    const out = join(folder, `${what.replaceAll(' ', '-')}.json`);
    const ended = await interruptedSim(['replay', SCENARIO, '--baseline', '10s', '--out', out], line);
    expect(ended.exitCode).toBe(130);
    expect(ended.stderr.split('\n').at(-1)).toBe(`Interrupted while ${what}; nothing of it is left running.`);
    await leftNothing();
    // A record begins when the baseline ends.
    expect(existsSync(out)).toBe(what === 'watching');
    if (what !== 'watching') return;
    const record = JSON.parse(readFileSync(out, 'utf8')) as RunRecord;
    expect(recordProblems(record)).toBe('');
    expect(record.measurement?.partial).toBe(true);
  });
});
