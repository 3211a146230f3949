import type { DurationMs } from '../../kernel/time.ts';

/** A look at the sockets that takes longer has worked, or was held up: more may have come meanwhile. */
const LOOK_MS_MAX = 5;
const LOOKS_MAX = 3;

/**
 * Acts after a delay, once what has come by then is read: Node.js runs timers before it looks at its sockets. A generator
 * that was held up must not blame the cluster for answers that it did not read before their deadline, nor for requests on
 * connections whose end it had not read yet.
 */
export function afterReading(delayMs: DurationMs, act: () => void): void {
  setTimeout(() => {
    look(act, LOOKS_MAX);
  }, delayMs);
}

function look(act: () => void, looksLeft: number): void {
  const fromMs = performance.now();
  setImmediate(() => {
    if (looksLeft > 1 && performance.now() - fromMs > LOOK_MS_MAX) look(act, looksLeft - 1);
    else act();
  });
}
