import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../../../src/comparison.ts';
import { matchCauses } from '../../../../src/predict/compare/compare-causes.ts';
import { sideOf } from '../../../../src/predict/compare/compare-scenarios.ts';
import { compareSides } from '../../../../src/predict/compare/compare-sides.ts';
import type { Side } from '../../../../src/predict/compare/side.ts';
import type { RunSummary } from '../../../../src/predict/run-summary.ts';
import type { Expectation } from '../../../../src/scenario/scenario.ts';
import { causeOf, runOf } from '../run-of.ts';

const AT = { file: 'scenario.yaml', line: 1, column: 1 };
const NONE_FAIL: Expectation = { name: 'failedRequests', max: 0, location: AT };

function side(
  label: string,
  runs: readonly RunSummary[],
  expect: readonly Expectation[] = [NONE_FAIL],
): Side {
  return sideOf(label, { name: 'web', digest: 'sha256:1', expect, warnings: [] }, runs, '1.0.0');
}

const seeds = [1, 2, 3, 4];
const before = side(
  'before',
  seeds.map((seed) => runOf({ seed, causes: [causeOf('R-SRV-7', 100 * seed)] })),
);
const after = side(
  'after',
  seeds.map((seed) => runOf({ seed, completeMs: 70_000 })),
);

function figure(comparison: Comparison, name: string): Comparison['figures'][number] | undefined {
  return comparison.figures.find((each) => each.name === name);
}

test('of the same scenario, seed and runs, equal figures are the same though one side is but a summary', () => {
  const comparison = compareSides({ ...before, runs: null }, before);
  expect(new Set(comparison.figures.map(({ verdict }) => verdict))).toEqual(new Set(['same']));
  expect(comparison.causes.map(({ verdict }) => verdict)).toEqual(['same']);
  const other = { ...before.prediction, scenario: { name: 'web', digest: 'sha256:2' } };
  const unlike = compareSides({ ...before, prediction: other, runs: null }, before);
  expect(figure(unlike, 'requests.failed')?.verdict).toBe('unclear');
});

describe('two simulated sides with the same seeds', () => {
  const comparison = compareSides(before, after);

  test('are paired, and differences are second − first', () => {
    expect(comparison.paired).toBe(true);
    expect(comparison.first).toMatchObject({ label: 'before', source: 'simulated', seed: 1, runs: 4 });
    expect(figure(comparison, 'requests.failed')).toMatchObject({
      first: { mean: 250 },
      second: { mean: 0 },
      difference: { mean: -250, method: 'paired' },
      verdict: 'better',
    });
    expect(figure(comparison, 'rollout.completeMs')).toMatchObject({
      difference: { mean: 10_000 },
      verdict: 'worse',
    });
    expect(figure(comparison, 'pods.minReady')?.verdict).toBe('same');
    expect(figure(comparison, 'rollout.outcome.complete')).toMatchObject({
      first: { mean: 1 },
      verdict: 'same',
    });
  });

  test('list the failure classes that occur on either side, and no others', () => {
    const classes = comparison.figures
      .filter(({ name }) => name.includes('failedByClass'))
      .map(({ name }) => name);
    expect(classes).toEqual(['requests.failedByClass.refused']);
    expect(figure(comparison, 'requests.failedByClass.refused')?.second?.max).toBe(0);
  });

  test('say what became of each cause and expectation', () => {
    expect(comparison.causes).toMatchObject([
      { rule: 'R-SRV-7', first: { share: 1 }, second: null, difference: { mean: -250 }, verdict: 'better' },
    ]);
    expect(comparison.expectations).toMatchObject([{ name: 'failedRequests', verdict: 'better' }]);
    expect(comparison.notes).toEqual([]);
  });

  test('turned round, every verdict turns with them', () => {
    const back = compareSides(after, before);
    expect(figure(back, 'requests.failed')?.verdict).toBe('worse');
    expect(back.expectations[0]?.verdict).toBe('worse');
    expect(back.causes[0]).toMatchObject({ first: null, difference: { mean: 250 }, verdict: 'worse' });
  });
});

test('a rollout that completes in some runs only is compared over the seeds in which both did', () => {
  const some = side(
    'some',
    seeds.map((seed) => runOf({ seed, completeMs: seed < 3 ? 50_000 : null })),
  );
  const comparison = compareSides(before, some);
  expect(figure(comparison, 'rollout.completeMs')?.difference).toMatchObject({
    mean: -10_000,
    pairs: { count: 2 },
  });
  expect(figure(comparison, 'rollout.outcome.complete')?.difference?.mean).toBe(-0.5);
  const never = side(
    'never',
    seeds.map((seed) => runOf({ seed, completeMs: null })),
  );
  expect(figure(compareSides(before, never), 'rollout.completeMs')).toMatchObject({
    second: null,
    difference: null,
    verdict: 'unclear',
  });
});

test('other seeds, a prediction without its runs, and a measurement are not paired', () => {
  const others = side(
    'others',
    [5, 6, 7, 8].map((seed) => runOf({ seed })),
  );
  expect(compareSides(before, others).paired).toBe(false);
  expect(figure(compareSides(before, others), 'requests.failed')?.difference?.method).toBe('independent');
  expect(compareSides(before, others).notes.join()).toMatch(/do not share their seeds/u);
  expect(compareSides(before, { ...others, runs: null }).notes.join()).toMatch(/only the summary/u);
  const measured = side('measured', [{ ...runOf({ seed: 1 }), engine: 'cluster' }]);
  const comparison = compareSides(before, measured);
  expect(comparison).toMatchObject({
    paired: false,
    second: { source: 'measured', engine: 'cluster', runs: 1 },
  });
  expect(comparison.notes.join()).toMatch(/one side was simulated, the other measured/iu);
});

test('expectations of one side only, or with different targets, are neither better nor worse', () => {
  const lax = side(
    'lax',
    seeds.map((seed) => runOf({ seed })),
    [{ ...NONE_FAIL, max: 500 }],
  );
  expect(compareSides(before, lax).expectations[0]?.verdict).toBe('unclear');
  const silent = side(
    'silent',
    seeds.map((seed) => runOf({ seed })),
    [],
  );
  expect(compareSides(before, silent).expectations).toMatchObject([{ second: null, verdict: 'unclear' }]);
});

function predicted(rule: string, line: number, file = 'a.yaml'): Side['prediction']['causes'][number] {
  const { failed } = before.prediction.requests;
  return { rule, title: rule, share: 1, failed, where: [{ file, line }], fix: null };
}

describe('causes', () => {
  test('are matched by rule and lines before rule alone', () => {
    const [a, b, c] = [predicted('R-SRV-7', 1), predicted('R-SRV-7', 2), predicted('R-SRV-7', 2)];
    expect(matchCauses([a, b], [c])).toEqual([
      { first: b, second: c },
      { first: a, second: null },
    ]);
  });

  test('of one rule are one cause where it is left once on each side, and two where it is not', () => {
    const [a, moved] = [predicted('R-SRV-7', 1), predicted('R-SRV-7', 1, '--set')];
    expect(matchCauses([a], [moved])).toEqual([{ first: a, second: moved }]);
    const another = predicted('R-SRV-7', 9, '--set');
    expect(matchCauses([a], [moved, another])).toHaveLength(3);
  });
});
