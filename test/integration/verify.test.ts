/** `sim verify` as its users start it, with records that were written earlier. A simulated record stands for a measured one. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/record.ts';
import type { Verification } from '../../src/verification.ts';
import { sim } from './cli-process.ts';

let folder = '';
const at = (name: string): string => join(folder, name);
const run = async (...words: readonly string[]): ReturnType<typeof sim> => sim(words, { cwd: folder });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollout-sim-'));
  for (const words of [
    ['init', 'web'],
    ['run', 'web', '--runs', '1', '--seed', '77', '--record', 'simulated.json'],
  ]) {
    const { exitCode, stderr } = await run(...words);
    if (exitCode !== 0) throw new Error(`sim ${words.join(' ')}: ${stderr}`);
  }
  const record = {
    ...(JSON.parse(readFileSync(at('simulated.json'), 'utf8')) as RunRecord),
    source: 'measured' as const,
  };
  writeFileSync(at('right.json'), JSON.stringify(record));
  const failed = Math.round(record.totals.offered / 2);
  const totals = {
    ...record.totals,
    ok: record.totals.ok - failed,
    failed,
    failedByClass: { refused: failed },
  };
  writeFileSync(at('wrong.json'), JSON.stringify({ ...record, totals }));
  writeFileSync(at('broken.json'), JSON.stringify({ ...record, measurement: { invalidBecause: 7 } }));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('sim verify', () => {
  it('ends with 0 when the prediction held', async () => {
    const { exitCode, stdout } = await run('verify', 'web', '--record', 'right.json', '--runs', '99');
    expect(stdout).toMatch(/^web: consistent\n99 runs from seed 1 against 1 valid replay\n/u);
    expect(stdout).toMatch(/^With 99 runs no figure but the failed requests could refute/mu);
    expect(exitCode).toBe(0);
  });

  it('ends with 1 when it did not, as JSON and as Markdown too', async () => {
    const json = await run('verify', 'web', '--record', 'wrong.json', '--runs', '99', '--json');
    const verification = JSON.parse(json.stdout) as Verification;
    expect(verification).toMatchObject({ verdict: 'inconsistent', coverage: { replays: 1, covered: 0 } });
    expect(json.exitCode).toBe(1);
    const markdown = await run('verify', 'web', '--record', 'wrong.json', '--runs', '99', '--markdown');
    expect(markdown.stdout).toContain('## web: NOT consistent: Failed requests');
    expect(markdown.exitCode).toBe(1);
  });

  it.each([
    ['a scenario without a record', ['web'], /There is no record of web/u],
    ['a record of a simulation', ['web', '--record', 'simulated.json'], /was simulated, not measured/u],
    [
      'a record of another scenario',
      ['black-friday', '--record', 'right.json'],
      /There is no record of black-friday/u,
    ],
    [
      'a record of another state',
      ['web', '--record', 'right.json', '--set', 'spec.traffic.rate=7'],
      /of another state of web/u,
    ],
    [
      'a file that is no record',
      ['web', '--record', 'web/scenario.yaml'],
      /web\/scenario\.yaml is no run record/u,
    ],
    [
      'a record with a broken measurement',
      ['web', '--record', 'broken.json'],
      /broken\.json:\d+:\d+[\s\S]*measurement\.invalidBecause must be a list/u,
    ],
    ['two formats at once', ['web', '--record', 'right.json', '--json', '--markdown'], /exclude each other/u],
  ])('refuses %s', async (_, words, message) => {
    const { exitCode, stderr, stdout } = await run('verify', ...words);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });
});
