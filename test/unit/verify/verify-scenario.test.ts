import { describe, expect, test } from 'vitest';
import { RandomStreams } from '../../../src/kernel/random.ts';
import type { RunSummary } from '../../../src/predict/run-summary.ts';
import type { ScenarioVerification, VerifiedFigure } from '../../../src/verification.ts';
import type { MeasuredRun } from '../../../src/verify/measured-run.ts';
import { verificationOf } from '../../../src/verify/verification-of.ts';
import { FALSE_ALARM_RATE, verifyScenario } from '../../../src/verify/verify-scenario.ts';
import { causeOf, runOf } from '../predict/run-of.ts';
import { templateScenario } from '../predict/template-scenario.ts';
import { replayOf } from './measured.ts';

const SCENARIO = templateScenario();

function failing(failed: number, completeMs: number | null = 60_000): RunSummary {
  return runOf({ causes: failed === 0 ? [] : [causeOf('R-SRV-7', failed)], completeMs });
}

function verified(predicted: readonly RunSummary[], measured: readonly MeasuredRun[]): ScenarioVerification {
  return verifyScenario({ scenario: SCENARIO, settings: [], idleShare: null, seed: 1, predicted, measured });
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

test('a right prediction is refuted in no more than the stated share of cases, and a wrong one is found out', () => {
  const random = new RandomStreams(1).stream('replays');
  const draw = (mean: number): RunSummary =>
    failing(
      Math.round(mean + Math.sqrt(mean) * random.normal()),
      Math.round(60_000 + 5000 * random.normal()),
    );
  const alarms = (mean: number, trials: number): number =>
    Array.from({ length: trials }, () => {
      const predicted = Array.from({ length: 99 }, () => draw(200));
      const measured = Array.from({ length: 3 }, () => replayOf(draw(mean)));
      return verified(predicted, measured).verdict === 'inconsistent' ? 1 : 0;
    }).reduce<number>((sum, alarm) => sum + alarm, 0);
  // 300 trials at 5 % give 15 ± 3.8: three deviations above that would be a broken promise.
  expect(alarms(200, 300)).toBeLessThanOrEqual(300 * FALSE_ALARM_RATE + 12);
  expect(alarms(260, 40)).toBeGreaterThanOrEqual(38);
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
