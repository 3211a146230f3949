/** The start of a generator's process, which nobody could end otherwise: the run that it becomes is not there yet. */
import { setTimeout } from 'node:timers/promises';
import type { ChildProcess } from 'node:child_process';
import { EnvironmentError } from '../environment-error.ts';

const START_WITHIN_MS = 30_000;

/**
 * Waits until it is ready, and kills it whenever it will not be.
 * @param signal aborted when the load is not wanted any more
 * @throws the signal's reason, what `ready` rejects with, or EnvironmentError when it takes too long
 */
export async function started(
  child: Pick<ChildProcess, 'kill'>,
  ready: Promise<void>,
  signal: AbortSignal | undefined,
  withinMs: number = START_WITHIN_MS,
): Promise<void> {
  const over = new AbortController();
  const stop = AbortSignal.any(signal === undefined ? [over.signal] : [over.signal, signal]);
  const late = async (): Promise<never> => {
    await setTimeout(withinMs, undefined, { signal: stop });
    throw new EnvironmentError(`The load generator has not started within ${withinMs / 1000} s.`);
  };
  try {
    await Promise.race([ready, late()]);
    signal?.throwIfAborted();
  } catch (error) {
    child.kill('SIGKILL');
    signal?.throwIfAborted();
    throw error;
  } finally {
    over.abort();
  }
}
