/** The worker threads that carry out tasks of `worker.ts`. */
import { setFlagsFromString } from 'node:v8';
import { Tinypool } from 'tinypool';

/** Of each thread, a third of which fills up before the dead are cleared away: what one or two runs allocate. */
const YOUNG_GENERATION_MB = 96;

/** They start with the first task; `destroy` must be called at the end. */
export function openThreads(workers: number): Tinypool {
  // V8 learns from a run's objects, which all live until its end, to put their like among the long-lived ones at once.
  // There they keep the rest of their run alive long after it, which is then copied again and again for nothing.
  setFlagsFromString('--no-allocation-site-pretenuring');
  const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';
  return new Tinypool({
    filename: new URL(file, import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
    isolateWorkers: false,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
}
