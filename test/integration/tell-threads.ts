/** Preloaded into the program (`node --import`), and so into each of its threads, which says on standard error that it begins. */
import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (!isMainThread) writeSync(2, 'a thread begins\n');
