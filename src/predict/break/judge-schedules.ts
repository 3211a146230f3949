/** What a worker thread does for `sim break`: verdicts on a few schedules of one scenario. */
import type { EngineChoice } from '../../model/data-plane.ts';
import { simulate } from '../../model/simulate.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { summarizeRun } from '../run-summary.ts';
import type { Thinned } from '../thinned.ts';
import type { FaultKind } from './budget.ts';
import { failuresThatDecide } from './failures-that-decide.ts';
import { judge, type Trial, type Verdict } from './judge.ts';
import { comesNear, failuresThatComeNear, screenFor } from './screen.ts';
import { scheduleSettings, withFaults, type Schedule } from './schedule.ts';

export interface JudgeTask {
  readonly kind: 'judge';
  readonly scenario: Scenario;
  readonly schedules: readonly Schedule[];
  readonly seeds: readonly number[];
  readonly trial: Trial;
  readonly engine: EngineChoice;
  /** Faults of schedules that a fraction of the requests may show to break nothing. */
  readonly screening: readonly FaultKind[];
}

/** @throws Error that names the schedule when the model fails under it (our bug) */
export function judgeSchedules(task: JudgeTask): readonly Verdict[] {
  const { scenario, schedules, screening } = task;
  return schedules.map((schedule) => {
    try {
      const fewer = screenFor(scenario, schedule, screening);
      if (fewer !== null && !maySeemBroken(task, schedule, fewer)) return { broken: [], runs: 1 };
      return verdictOn(task, schedule);
    } catch (error) {
      const faults = scheduleSettings(schedule, 0).join(' ');
      throw new Error(`${error instanceof Error ? error.message : String(error)} under ${faults}`, {
        cause: error,
      });
    }
  });
}

function maySeemBroken({ trial, seeds, engine }: JudgeTask, schedule: Schedule, fewer: Thinned): boolean {
  const { scenario, factor } = fewer;
  const failedEnough = failuresThatComeNear(trial.goals, factor);
  const run = summarizeRun(
    simulate(withFaults(scenario, schedule, 1), {
      seed: seeds[0] ?? 0,
      engine,
      detail: 'summary',
      failedSampleMax: 0,
      ...(failedEnough !== null && { failedEnough }),
    }),
  );
  return trial.goals.some((goal) => comesNear(goal, run, factor));
}

function verdictOn({ scenario, seeds, trial, engine }: JudgeTask, schedule: Schedule): Verdict {
  const broken = withFaults(scenario, schedule, 1);
  const failedEnough = failuresThatDecide(trial.goals);
  return judge(trial, (position) =>
    summarizeRun(
      simulate(broken, {
        seed: seeds[position] ?? position,
        engine,
        detail: 'summary',
        failedSampleMax: 0,
        ...(failedEnough !== null && { failedEnough }),
      }),
    ),
  );
}
