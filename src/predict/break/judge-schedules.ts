/** What a worker thread does for `sim break`: verdicts on a few schedules of one scenario. */
import type { EngineChoice } from '../../model/data-plane.ts';
import { simulate } from '../../model/simulate.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { summarizeRun } from '../run-summary.ts';
import { judge, type Trial, type Verdict } from './judge.ts';
import { scheduleSettings, withFaults, type Schedule } from './schedule.ts';

export interface JudgeTask {
  readonly kind: 'judge';
  readonly scenario: Scenario;
  readonly schedules: readonly Schedule[];
  readonly seeds: readonly number[];
  readonly trial: Trial;
  readonly engine: EngineChoice;
}

/** @throws Error that names the schedule when the model fails under it (our bug) */
export function judgeSchedules(task: JudgeTask): readonly Verdict[] {
  const { scenario, schedules, seeds, trial, engine } = task;
  return schedules.map((schedule) => {
    const broken = withFaults(scenario, schedule, 1);
    try {
      return judge(trial, (position) =>
        summarizeRun(
          simulate(broken, {
            seed: seeds[position] ?? position,
            engine,
            detail: 'summary',
            failedSampleMax: 0,
          }),
        ),
      );
    } catch (error) {
      const faults = scheduleSettings(schedule, 0).join(' ');
      throw new Error(`${error instanceof Error ? error.message : String(error)} under ${faults}`, {
        cause: error,
      });
    }
  });
}
