/** Carries out runs on worker threads. Results are put back into the order of the seeds. */
import type { EngineChoice } from '../model/data-plane.ts';
import type { Runner } from './runner.ts';
import type { RunSummary } from './run-summary.ts';
import type { WorkerTask } from './worker.ts';
import { openThreads } from './threads.ts';

/**
 * Chunks for each thread. The scenario is copied once for each chunk, so chunks should be few; a thread that draws the
 * slow runs should not be waited for, so they should not be one.
 */
const CHUNKS_PER_THREAD = 6;

export interface PoolOptions {
  readonly workers: number;
  readonly engine: EngineChoice;
  readonly signal?: AbortSignal | undefined;
}

/** Threads start with the first run; `close` must be called at the end. */
export function pooledRunner({ workers, engine, signal }: PoolOptions): Runner {
  const pool = openThreads(workers);
  return {
    async run(scenario, seeds, onRun) {
      signal?.throwIfAborted();
      const size = Math.max(1, Math.ceil(seeds.length / (workers * CHUNKS_PER_THREAD)));
      const chunks = Array.from({ length: Math.ceil(seeds.length / size) }, (_, index) =>
        seeds.slice(index * size, (index + 1) * size),
      );
      const results = await Promise.all(
        chunks.map(async (chunk) => {
          const task: WorkerTask = { scenario, seeds: chunk, engine };
          const summaries = (await pool.run(task, { signal: signal ?? null })) as readonly RunSummary[];
          for (const _ of summaries) onRun();
          return summaries;
        }),
      );
      return results.flat();
    },
    async close() {
      await pool.destroy();
    },
  };
}
