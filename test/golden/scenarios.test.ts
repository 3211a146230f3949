/** What each bundled scenario answers, pinned as text; and one record, pinned to the byte. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { simulate, type RunRecord } from '../../src/index.ts';
import { bundledScenarios } from '../../src/scenario-files.ts';
import { bundled, runsOf } from './bundled-run.ts';
import { summaryText } from './run-summary-text.ts';

const RUNS = 2;

/** Everything that loading may say about a scenario that comes with the program. */
const WARNINGS_MEANT: Readonly<Record<string, readonly string[]>> = {
  'black-friday': ['W203'],
  'black-friday-safe': ['W203'],
};

describe.each(bundledScenarios().map((name) => ({ name })))('$name', ({ name }) => {
  const scenario = bundled(name);

  it('is named after its folder, says what it teaches and warns only of what is meant', () => {
    expect(scenario.name).toBe(name);
    expect(scenario.description).not.toBe('');
    expect(scenario.teaches).toMatch(/\(R-[A-Z]+-\d+/u);
    expect(scenario.warnings.map(({ code }) => code)).toEqual(WARNINGS_MEANT[name] ?? []);
  });

  it('answers as before', async () => {
    const runs = runsOf(name, RUNS);
    for (const run of runs) expectConserved(run);
    await expect(summaryText(name, runs)).toMatchFileSnapshot(`scenarios/${name}.txt`);
  });
});

/** Offered = ok + failed + in flight, and every failure has one class and one cause. */
function expectConserved({ totals, causes, series }: RunRecord): void {
  const { offered, ok, failed, inFlight, failedByClass } = totals;
  expect(offered).toBe(ok + failed + inFlight);
  expect(sum(Object.values(failedByClass))).toBe(failed);
  expect(sum(causes.map((cause) => cause.failed))).toBe(failed);
  expect(sum(series.offered)).toBe(offered);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

it('the same seed gives the same bytes, and other seeds give others', async () => {
  const scenario = bundled('recreate');
  const digest = (seed: number): string =>
    createHash('sha256')
      .update(JSON.stringify(simulate(scenario, { seed, engine: 'exact' })))
      .digest('hex');
  expect(digest(1)).toBe(digest(1));
  expect(digest(2)).not.toBe(digest(1));
  await expect(`${digest(1)}\n`).toMatchFileSnapshot('scenarios/recreate.seed-1.sha256.txt');
});
