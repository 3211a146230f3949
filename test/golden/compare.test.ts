/** What `sim compare` prints, pinned as text. The runs are made up, so that only the comparison has a say. */
import { expect, test } from 'vitest';
import { sideOf } from '../../src/predict/compare/compare-scenarios.ts';
import { compareSides } from '../../src/predict/compare/compare-sides.ts';
import type { Side } from '../../src/predict/compare/side.ts';
import type { RunSummary } from '../../src/predict/run-summary.ts';
import { jsonText } from '../../src/report/json.ts';
import { compareText } from '../../src/report/text-compare.ts';
import type { Expectation } from '../../src/scenario/scenario.ts';
import { causeOf, runOf } from '../unit/predict/run-of.ts';

const AT = { file: 'scenario.yaml', line: 1, column: 1 };
const EXPECTED: readonly Expectation[] = [
  { name: 'failedRequests', max: 0, location: AT },
  { name: 'rolloutWithin', maxMs: 60_000, location: AT },
];
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

function side(label: string, runs: readonly RunSummary[]): Side {
  const scenario = { name: 'web', digest: 'sha256:1', expect: EXPECTED, warnings: [] };
  return sideOf(label, scenario, runs, '0.1.0');
}

const before = side(
  'web',
  SEEDS.map((seed) =>
    runOf({
      seed,
      offered: 1_000_000 + 1000 * seed,
      completeMs: 50_000 + 300 * seed,
      // One run in eight fails far more than the others.
      causes: [causeOf('R-SRV-7', 2000 + 10 * seed, 75), causeOf('R-KP-11', seed === 5 ? 60_000 : 3, 15)],
    }),
  ),
);
const after = side(
  'web with spec.strategy.maxSurge=5',
  SEEDS.map((seed) =>
    runOf({
      seed,
      offered: 1_000_000 + 1000 * seed,
      completeMs: seed === 3 ? null : 61_000 + 400 * seed,
      p99: 90 + (seed % 3),
      causes: [causeOf('R-SRV-7', 40, 1, '--set'), causeOf('R-SRV-8', seed % 4, 28, 'scenario.yaml')],
    }),
  ),
);

test('two settings, paired', async () => {
  await expect(compareText(compareSides(before, after))).toMatchFileSnapshot('compare/settings.txt');
});

test('as JSON', async () => {
  await expect(jsonText(compareSides(before, after))).toMatchFileSnapshot('compare/settings.json');
});

test('a single run against many', async () => {
  const one = side('record.json', [runOf({ seed: 9, causes: [causeOf('R-SRV-7', 2047, 75)] })]);
  const text = compareText(compareSides(one, before, ['record.json is of another scenario.']));
  await expect(text).toMatchFileSnapshot('compare/one-run.txt');
});

test('nothing differs', async () => {
  await expect(compareText(compareSides(before, { ...before, label: 'web again' }))).toMatchFileSnapshot(
    'compare/same.txt',
  );
});
