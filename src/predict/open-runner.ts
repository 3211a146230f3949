/** Chooses what carries out runs: this thread for a few, worker threads for many. */
import type { EngineChoice } from '../model/data-plane.ts';
import { inlineRunner } from './inline-runner.ts';
import type { Runner } from './runner.ts';

/** Up to this many runs start no threads: the first run would wait longer for them than it takes. */
const INLINE_RUNS_MAX = 2;

export interface RunnerOptions {
  /** Worker threads; one when not given. No result depends on it. */
  readonly workers?: number | undefined;
  /** `auto` when not given. */
  readonly engine?: EngineChoice | undefined;
  /** Ends the work early: what is awaited then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Awaited between runs in this thread, so that the caller's event loop turns. */
  readonly pause?: (() => Promise<void>) | undefined;
}

/**
 * The caller closes it.
 * @param runs how many runs it will carry out, as far as is known
 */
export async function openRunner(runs: number, options: RunnerOptions): Promise<Runner> {
  const { signal, pause, workers = 1, engine = 'auto' } = options;
  if (runs <= INLINE_RUNS_MAX) return inlineRunner({ engine, signal, pause });
  const { pooledRunner } = await import('./pool.ts');
  return pooledRunner({ workers: Math.max(1, Math.min(workers, runs)), engine, signal });
}
