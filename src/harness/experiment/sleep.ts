/** Waiting that a signal ends at once, with the signal's own reason. */
import { setTimeout } from 'node:timers/promises';

export async function sleep(durationMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  try {
    await setTimeout(durationMs, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
