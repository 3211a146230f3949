/** The worker threads that carry out tasks of `worker.ts`. */
import { Tinypool } from 'tinypool';

/** They start with the first task; `destroy` must be called at the end. */
export function openThreads(workers: number): Tinypool {
  const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';
  return new Tinypool({
    filename: new URL(file, import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
    isolateWorkers: false,
  });
}
