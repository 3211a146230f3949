/** The worker threads that carry out tasks of `worker.ts`. */
import { Tinypool } from 'tinypool';

/** Of each thread, a third of which fills up before the dead are cleared away: what one or two runs allocate. */
const YOUNG_GENERATION_MB = 96;

/** They start with the first task; `destroy` must be called at the end. */
export function openThreads(workers: number): Tinypool {
  const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';
  return new Tinypool({
    filename: new URL(file, import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
    isolateWorkers: false,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
}
