/** What a worker thread does: a few runs of one scenario, one run as a picture over time, or verdicts on faults. */
import type { EngineChoice } from '../model/data-plane.ts';
import { podCapacityRps } from '../model/recording/load-share.ts';
import { simulate, type SettledPod } from '../model/simulate.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Verdict } from './break/judge.ts';
import { judgeSchedules, type JudgeTask } from './break/judge-schedules.ts';
import { summarizeRun, type RunSummary } from './run-summary.ts';
import { runViewOf, type RunView } from './run-view.ts';
import { subjectOf } from './subject.ts';

/** Shared with whoever waits for the task: anything but 0 in its first place, and nobody does any more. */
export type StopFlag = Int32Array<SharedArrayBuffer>;

export interface WorkerTask {
  readonly scenario: Scenario;
  readonly seeds: readonly number[];
  readonly engine: EngineChoice;
  readonly stop?: StopFlag;
}

/** One run in full; its record is reduced before it leaves the thread. */
export interface ViewTask {
  readonly kind: 'view';
  readonly scenario: Scenario;
  readonly seed: number;
  readonly engine: EngineChoice;
  readonly stop?: StopFlag;
}

export default function work(
  task: WorkerTask | ViewTask | JudgeTask,
): readonly RunSummary[] | RunView | readonly Verdict[] {
  if (!('kind' in task)) return summariesOf(task);
  return task.kind === 'view' ? viewOf(task) : judgeSchedules(task);
}

/** A run that is stopped early is handed over as it is: nobody looks at it. */
function summariesOf({ scenario, seeds, engine, stop }: WorkerTask): readonly RunSummary[] {
  const isUnwanted = asks(stop);
  return seeds.map((seed) =>
    summarizeRun(simulate(scenario, { seed, engine, detail: 'summary', isUnwanted })),
  );
}

function asks(stop: StopFlag | undefined): () => boolean {
  return stop === undefined ? () => false : () => Atomics.load(stop, 0) !== 0;
}

function viewOf({ scenario, seed, engine, stop }: ViewTask): RunView {
  const container = subjectOf(scenario)?.container;
  let settled: readonly SettledPod[] = [];
  const record = simulate(scenario, {
    seed,
    engine,
    failedSampleMax: 0,
    isUnwanted: asks(stop),
    onSettled: (pods) => {
      settled = pods;
    },
  });
  return runViewOf({
    record,
    scenario,
    settled,
    podCapacityRps: container === undefined ? 0 : podCapacityRps(container),
  });
}
