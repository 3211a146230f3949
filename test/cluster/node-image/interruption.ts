/** Ctrl-C breaks the build off at once, but not the clean-up after it. */

const interruption = new AbortController();

/** Handed to every program that runs for long. */
export const INTERRUPTED: AbortSignal = interruption.signal;

export function interruptOnSignals(): void {
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interruption.abort());
}
