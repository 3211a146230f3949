/** Carries out runs one after another in this thread: for so few that starting threads would take longer. */
import type { EngineChoice } from '../model/data-plane.ts';
import { simulate } from '../model/simulate.ts';
import type { Runner } from './runner.ts';
import { summarizeRun, type RunSummary } from './run-summary.ts';

export interface InlineOptions {
  readonly engine: EngineChoice;
  readonly signal?: AbortSignal | undefined;
  /** Awaited before each run, so that the caller can let its event loop turn. */
  readonly pause?: (() => Promise<void>) | undefined;
}

export function inlineRunner(options: InlineOptions): Runner {
  return {
    async run(scenario, seeds, onRun) {
      const summaries: RunSummary[] = [];
      for (const seed of seeds) {
        await options.pause?.();
        options.signal?.throwIfAborted();
        summaries.push(summarizeRun(simulate(scenario, { seed, engine: options.engine, detail: 'summary' })));
        onRun();
      }
      return summaries;
    },
    async close() {},
  };
}
