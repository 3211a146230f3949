/** Worker threads for one `sim break`: plain runs and verdicts on schedules. */
import type { EngineChoice } from '../../model/data-plane.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { RunSummary } from '../run-summary.ts';
import type { WorkerTask } from '../worker.ts';
import type { Verdict } from './judge.ts';
import type { JudgeTask } from './judge-schedules.ts';
import { openThreads } from '../threads.ts';

export interface BreakPool {
  /** One run for each seed, in the order of the seeds. */
  readonly runs: (scenario: Scenario, seeds: readonly number[]) => Promise<readonly RunSummary[]>;
  readonly judge: (task: Omit<JudgeTask, 'kind' | 'engine'>) => Promise<readonly Verdict[]>;
  readonly close: () => Promise<void>;
}

export interface BreakPoolOptions {
  readonly workers: number;
  readonly engine: EngineChoice;
  readonly signal?: AbortSignal | undefined;
}

/** Threads start at once; `close` must be called at the end. */
export function openBreakPool({ workers, engine, signal }: BreakPoolOptions): BreakPool {
  const pool = openThreads(workers);
  const run = async <R>(task: WorkerTask | JudgeTask): Promise<R> => {
    signal?.throwIfAborted();
    return pool.run(task, { signal: signal ?? null }) as Promise<R>;
  };
  return {
    async runs(scenario, seeds) {
      const tasks = seeds.map(async (seed) =>
        run<readonly RunSummary[]>({ scenario, seeds: [seed], engine }),
      );
      return (await Promise.all(tasks)).flat();
    },
    async judge(task) {
      return run({ kind: 'judge', engine, ...task });
    },
    async close() {
      await pool.destroy();
    },
  };
}
