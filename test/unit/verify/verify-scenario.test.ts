import { describe, expect, test } from 'vitest';
import { RandomStreams } from '../../../src/kernel/random.ts';
import type { RunSummary } from '../../../src/predict/run-summary.ts';
import type { ScenarioVerification, VerifiedFigure } from '../../../src/verification.ts';
import type { MeasuredRun } from '../../../src/verify/measured-run.ts';
import { verificationOf } from '../../../src/verify/verification-of.ts';
import { FALSE_ALARM_RATE, verifyScenario } from '../../../src/verify/verify-scenario.ts';
import { causeOf, runOf } from '../predict/run-of.ts';
import { templateScenario } from '../predict/template-scenario.ts';
import { clustersOf, replayOf } from './measured.ts';

const SCENARIO = templateScenario();

function failing(failed: number, completeMs: number | null = 60_000): RunSummary {
  return runOf({ causes: failed === 0 ? [] : [causeOf('R-SRV-7', failed)], completeMs });
}

const COMMON = { scenario: SCENARIO, settings: [], idleShare: null, seed: 1 } as const;

/** Against runs that differ by their cluster alone. */
function verified(runs: readonly RunSummary[], measured: readonly MeasuredRun[]): ScenarioVerification {
  const valid = measured.filter(({ facts }) => facts.valid);
  const predicted = clustersOf(runs, Math.max(1, valid.length));
  return verifyScenario({ ...COMMON, predicted, measured });
}

/** How long the rollout took, where the one replay never completed it. */
function completionOf(predicted: readonly RunSummary[]): VerifiedFigure | undefined {
  const { figures } = verified(predicted, [replayOf(failing(150, null))]);
  return figures.find(({ name }) => name === 'rollout.completeMs');
}

const hundred = Array.from({ length: 199 }, (_, index) => failing(100 + index, 60_000 + 10 * index));

describe('one scenario', () => {
  test('whose counts lie within what was predicted is consistent', () => {
    const result = verified(hundred, [replayOf(failing(150)), replayOf(failing(250, 61_000))]);
    expect(result.verdict).toBe('consistent');
    const failed = result.figures.find(({ name }) => name === 'requests.failed');
    expect(failed).toMatchObject({ measured: [150, 250], covered: [true, true] });
    expect(result.scores?.skill.alwaysZero).toBeGreaterThan(0.5);
  });

  test('that failed twice as many requests each time is not, and says by which figure', () => {
    const result = verified(
      hundred,
      [400, 410, 420].map((count) => replayOf(failing(count, 61_000))),
    );
    expect(result.verdict).toBe('inconsistent');
    expect(result.refutedBy).toContain('requests.failed');
    expect(result.figures.find(({ name }) => name === 'requests.failed')?.covered).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('a replay that is not valid does not count, and without any nothing is judged', () => {
    const lagging = replayOf(failing(5000), { invalidBecause: ['The generator lagged by 80 ms.'] });
    expect(verified(hundred, [replayOf(failing(150)), lagging]).verdict).toBe('consistent');
    const none = verified(hundred, [lagging, replayOf(failing(5000), { partial: true })]);
    expect(none).toMatchObject({ verdict: 'unjudged', scores: null, refutedBy: [] });
  });

  test('a rollout that never completes is covered only where that was predicted', () => {
    const sometimes = [...hundred.slice(0, 150), ...Array.from({ length: 49 }, () => failing(150, null))];
    expect(completionOf(sometimes)).toMatchObject({ measured: [null], covered: [true] });
    expect(completionOf(hundred)).toMatchObject({ measured: [null], covered: [false] });
  });

  test('shows only the classes of failures that someone saw', () => {
    const classes = verified(hundred, [replayOf(failing(150))]).figures.filter(({ name }) =>
      name.includes('ByClass'),
    );
    expect(classes.map(({ name }) => name)).toEqual(['requests.failedByClass.refused']);
  });

  test('the seconds of runs and replays are laid over the same clock', () => {
    const late: RunSummary = { ...failing(7), startMs: 2000 };
    const { failedPerSecond } = verified([failing(5)], [replayOf(late)]);
    expect(failedPerSecond).toMatchObject({ startMs: 0, measured: [[0, 0, 0, 7, 0]] });
    expect(failedPerSecond.predicted.middle).toEqual([0, 5, 0, 0, 0]);
  });
});

function against(
  runs: readonly RunSummary[],
  ...completeMs: readonly (number | null)[]
): ScenarioVerification {
  return verified(
    runs,
    completeMs.map((ms) => replayOf(failing(0, ms))),
  );
}

describe('a figure beside the failed requests', () => {
  const inTime = Array.from({ length: 559 }, (_, index) => failing(0, 60_000 + 4 * index));
  const never = Array.from({ length: 559 }, () => failing(0, null));
  test.each([
    ['a rollout ten times too long', inTime, 600_000],
    ['a rollout much too short', inTime, 6000],
    ['one that never completed, where each predicted one did', inTime, null],
    ['one that completed, where no predicted one did', never, 60_000],
  ])('refutes the prediction by a single replay: %s', (_, runs, measuredMs) => {
    expect(against(runs, measuredMs)).toMatchObject({
      verdict: 'inconsistent',
      refutedBy: ['rollout.completeMs', 'rollout.lastOldPodGoneMs'],
      silent: [],
    });
  });

  test('does so when one of several rollouts never completes', () => {
    expect(against(inTime, 61_000, null, 61_000).verdict).toBe('inconsistent');
    expect(against(inTime, 61_000, 61_200, 61_000).verdict).toBe('consistent');
  });

  test('is told to be silent when too few runs predict', () => {
    const few = against(inTime.slice(1), 600_000);
    expect(few).toMatchObject({ verdict: 'consistent', runsNeeded: 559 });
    expect(few.silent).toHaveLength(7);
    expect(few.silent).not.toContain('requests.failed');
    expect(against(inTime.slice(0, 78), 600_000).silent).toContain('requests.failed');
  });
});

test('as many runs on each predicted cluster are needed as there are valid replays', () => {
  const predicted = clustersOf(hundred, 2);
  const measured = [replayOf(failing(150))];
  expect(() => verifyScenario({ ...COMMON, predicted, measured })).toThrow(RangeError);
});

describe('replays of one cluster, whose scale nobody knows', { timeout: 60_000 }, () => {
  const random = new RandomStreams(7).stream('replays');
  const drawScale = (): number => Math.exp(0.3 * random.normal());
  const draw = (scale: number): RunSummary =>
    failing(
      Math.round(200 * scale + 5 * random.normal()),
      Math.round(60_000 * scale + 500 * random.normal()),
    );
  const onOneCluster = (runs: number, shift = 1): readonly RunSummary[] => {
    const scale = drawScale() * shift;
    return Array.from({ length: runs }, () => draw(scale));
  };
  const refutedShare = (replays: number, shift: number, trials: number): number => {
    let refuted = 0;
    for (let trial = 0; trial < trials; trial++) {
      const predicted = Array.from({ length: 199 }, () => onOneCluster(replays));
      const measured = onOneCluster(replays, shift).map((run) => replayOf(run));
      if (verifyScenario({ ...COMMON, predicted, measured }).verdict === 'inconsistent') refuted++;
    }
    return refuted / trials;
  };

  test.each([1, 3, 5])('refute a right prediction no more often than is stated: %i of them', (replays) => {
    // 200 trials at 5 % give 10 ± 3.1: three deviations above that would be a broken promise.
    expect(refutedShare(replays, 1, 200)).toBeLessThanOrEqual(FALSE_ALARM_RATE + 0.045);
  });

  test.each([1, 3, 5])('find a wrong one out: %i of them', (replays) => {
    expect(refutedShare(replays, 3, 20)).toBeGreaterThanOrEqual(0.8);
  });
});

describe('several scenarios', () => {
  test('sure zeros are listed apart and counted in no coverage', () => {
    const zeros = verified([failing(0), failing(0)], [replayOf(failing(0))]);
    const some = verified(hundred, [replayOf(failing(150)), replayOf(failing(999))]);
    expect(verificationOf([zeros, some], '1.0.0').coverage).toEqual({
      replays: 2,
      covered: 1,
      sureZeros: [SCENARIO.name],
    });
  });

  test('the verdict is the worst of theirs', () => {
    const good = verified(hundred, [replayOf(failing(150))]);
    const bad = verified(
      hundred,
      [5000, 5000, 5000].map((count) => replayOf(failing(count))),
    );
    const unjudged = verified(hundred, []);
    expect(verificationOf([good, unjudged], '').verdict).toBe('unjudged');
    expect(verificationOf([unjudged, good, bad], '').verdict).toBe('inconsistent');
    expect(verificationOf([good], '').verdict).toBe('consistent');
  });
});
