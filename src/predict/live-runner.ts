/**
 * Threads that stay open while someone looks: run after run is handed over as it ends, and what is no longer wanted is
 * dropped, also in the middle of a run. For predictions that follow a user's keys.
 */
import type { EngineChoice } from '../model/data-plane.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { RunSummary } from './run-summary.ts';
import type { RunView } from './run-view.ts';
import { TaskQueue, type Urgency } from './task-queue.ts';
import type { StopFlag, ViewTask, WorkerTask } from './worker.ts';
import { openThreads } from './threads.ts';

/** Smaller is sooner: what the last key asked for, its picture, the rest, and what nobody waits for. */
export const URGENCY = { first: 0, view: 1, settle: 2, background: 3 } as const;

/** How the requests of its runs are simulated. */
export type LiveEngine = EngineChoice;

export interface LiveRunner {
  /**
   * One run for each seed, started in their order.
   * @param onRun called as each run ends, with the position of its seed
   * @throws the signal's reason once it is aborted; runs that have begun are broken off
   */
  readonly runs: (request: RunsRequest, onRun: (run: RunSummary, index: number) => void) => Promise<void>;
  /** One run as a picture over time. */
  readonly view: (request: ViewRequest) => Promise<RunView>;
  readonly close: () => Promise<void>;
}

interface ViewRequest {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly urgency: Urgency;
  readonly signal: AbortSignal;
}

interface RunsRequest extends Omit<ViewRequest, 'seed'> {
  readonly seeds: readonly number[];
}

/** Threads start at once; `close` must be called at the end. */
export function openLiveRunner(workers: number, engine: LiveEngine): LiveRunner {
  const pool = openThreads(workers);
  const queue = new TaskQueue(workers);
  return {
    async runs({ scenario, seeds, urgency, signal }, onRun) {
      const stop = stopFlagOf(signal);
      await Promise.all(
        seeds.map(async (seed, index) => {
          const task: WorkerTask = { scenario, seeds: [seed], engine, stop };
          const [run] = await queue.add(
            urgency,
            signal,
            async () => pool.run(task) as Promise<readonly RunSummary[]>,
          );
          if (run !== undefined && !signal.aborted) onRun(run, index);
        }),
      );
    },
    async view({ scenario, seed, urgency, signal }) {
      const task: ViewTask = { kind: 'view', scenario, seed, engine, stop: stopFlagOf(signal) };
      return queue.add(urgency, signal, async () => pool.run(task) as Promise<RunView>);
    },
    async close() {
      await pool.destroy();
    },
  };
}

/** Reaches into the threads: a signal does not. */
function stopFlagOf(signal: AbortSignal): StopFlag {
  const flag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  signal.addEventListener('abort', () => Atomics.store(flag, 0, 1), { once: true });
  return flag;
}
