import type { DurationMs } from '../../kernel/time.ts';

/** The end of a connection is read a turn of the loop later than an answer that came with it. */
const LOOKS_MIN = 2;
const LOOKS_MAX = 4;
/** A look at the sockets that takes longer has worked, or was held up: more may have come meanwhile. */
const LOOK_MS_MAX = 5;

/**
 * Acts after a delay, once what has come by then is read: Node.js runs timers before it looks at its sockets. A generator
 * that was held up must not blame the cluster for answers that it did not read before their deadline, nor for requests on
 * connections whose end it had not read yet.
 */
export function afterReading(delayMs: DurationMs, act: () => void): void {
  setTimeout(() => {
    look(act, 1);
  }, delayMs);
}

function look(act: () => void, ordinal: number): void {
  const fromMs = performance.now();
  setImmediate(() => {
    const tookLong = performance.now() - fromMs > LOOK_MS_MAX;
    if (ordinal < LOOKS_MIN || (tookLong && ordinal < LOOKS_MAX)) look(act, ordinal + 1);
    else act();
  });
}
