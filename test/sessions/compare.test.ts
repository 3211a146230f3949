import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Comparison } from '../../src/comparison.ts';
import { compare, loadScenario, type RunRecord } from '../../src/index.ts';
import { sim } from '../integration/cli-process.ts';

const EXACT = ['--engine', 'exact'];

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sim-compare-'));
  const recorded = await sim(
    ['run', 'single-replica', '--runs', '4', '--json', '--no-fixes', '--record', 'record.json', ...EXACT],
    { cwd: folder },
  );
  expect(recorded.stderr).toBe('');
  writeFileSync(join(folder, 'prediction.json'), recorded.stdout);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function compared(...words: readonly string[]): Promise<Comparison> {
  const { stdout, stderr, exitCode } = await sim(['compare', ...words, '--json', ...EXACT], { cwd: folder });
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as Comparison;
}

test('the record is that of the first run, with all that happened in it', () => {
  const record = JSON.parse(readFileSync(join(folder, 'record.json'), 'utf8')) as RunRecord;
  expect(record).toMatchObject({ schema: 'rollout-sim/record/v1', seed: 1, engine: 'exact' });
  expect(record.timeline.length).toBeGreaterThan(10);
});

describe('sim compare', () => {
  test('one scenario under two settings: the second’s alone make the difference', async () => {
    const slow = ['--set', 'spec.traffic.rate=100', '--with', 'spec.traffic.rate=50'];
    const comparison = await compared('single-replica', ...slow, '--runs', '4');
    expect(comparison).toMatchObject({
      schema: 'rollout-sim/comparison/v1',
      paired: true,
      first: { runs: 4 },
    });
    const [offered] = comparison.figures;
    expect(offered?.name).toBe('requests.offered');
    expect(offered?.verdict).toBe('lower');
    expect((offered?.second?.mean ?? 0) / (offered?.first?.mean ?? 1)).toBeCloseTo(0.5, 1);
    expect(comparison.second.label).toBe('single-replica with spec.traffic.rate=50');
  });

  test('is what the library’s compare gives', async () => {
    const [first, second] = ['single-replica', 'single-replica-no-surge'].map(
      (name) => loadScenario(name).scenario,
    );
    const comparison = await compared('single-replica', 'single-replica-no-surge', '--runs', '3');
    expect(JSON.parse(JSON.stringify(await compare(first!, second!, { runs: 3, engine: 'exact' })))).toEqual(
      comparison,
    );
    expect(comparison.figures.find(({ name }) => name === 'pods.minReady')?.verdict).toBe('worse');
  });

  test('a record is held against what its scenario expects', async () => {
    const comparison = await compared('record.json', 'single-replica', '--runs', '5');
    expect(comparison.first).toMatchObject({ label: 'record.json', runs: 1, seed: 1 });
    expect(comparison.expectations.map(({ first }) => first?.met)).toEqual([true, true]);
    expect(comparison.figures[0]?.difference?.method).toBe('one-run');
    expect(comparison.notes.join(' ')).not.toContain('another');
  });

  test('a result of another state of the scenario is pointed out', async () => {
    const comparison = await compared(
      'prediction.json',
      'single-replica',
      '--set',
      'spec.traffic.rate=50',
    ).catch(() => null);
    expect(comparison).toBeNull();
    const other = await compared(
      'prediction.json',
      'single-replica',
      '--with',
      'spec.traffic.rate=50',
      '--runs',
      '2',
    );
    expect(other.notes[0]).toMatch(
      /prediction\.json is of another state of the scenario: sha256:\w{12} on the first/u,
    );
  });

  test('two results need no simulation', async () => {
    const comparison = await compared('record.json', 'prediction.json');
    expect(comparison).toMatchObject({ paired: false, first: { runs: 1 }, second: { runs: 4 } });
    const text = await sim(['compare', 'record.json', 'record.json'], { cwd: folder });
    expect(text.stdout).toContain('One run on each side: a difference can be chance');
    expect(text.stdout).not.toContain('worse');
  });
});

describe('bad input ends with code 2', () => {
  test.each([
    [['single-replica'], /Compare single-replica with what\?/u],
    [['record.json', 'single-replica', '--set', 'spec.traffic.rate=5'], /record\.json is a file of results/u],
    [
      ['single-replica', 'record.json', '--with', 'spec.traffic.rate=5'],
      /record\.json is a file of results/u,
    ],
    [['single-replicas', 'single-replica'], /Did you mean single-replica\?/u],
    [['single-replica', '--with', 'spec.trafic.rate=5'], /E201/u],
    [['record.json', 'missing.json'], /no scenario missing\.json/u],
  ])('%j', async (words, message) => {
    const { stderr, exitCode } = await sim(['compare', ...words], { cwd: folder });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('a broken file is shown with its place, as text and as JSON', async () => {
    writeFileSync(join(folder, 'broken.json'), '{\n  "schema": "rollout-sim/record/v1",\n  "seed": 1,,\n}\n');
    const text = await sim(['compare', 'broken.json', 'record.json'], { cwd: folder });
    expect(text.exitCode).toBe(2);
    expect(text.stderr).toMatch(/E116 {2}broken\.json:3:13 {2}This is not JSON/u);
    const json = await sim(['compare', 'record.json', 'broken.json', '--json'], { cwd: folder });
    expect(json.exitCode).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({
      diagnostics: [{ code: 'E116', location: { line: 3, column: 13 } }],
    });
  });

  test('a record that cannot be written is the environment’s fault', async () => {
    const { stderr, exitCode } = await sim(
      ['run', 'single-replica', '--runs', '1', '--record', 'no/such/folder.json'],
      { cwd: folder },
    );
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^no\/such\/folder\.json cannot be written/u);
  });
});
