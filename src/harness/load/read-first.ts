import type { DurationMs } from '../../kernel/time.ts';

/**
 * Acts after a delay, once what has come by then is read: Node.js runs timers before it looks at its sockets. A generator
 * that was held up must not blame the cluster for answers that it did not read before their deadline, nor for requests on
 * connections whose end it had not read yet.
 */
export function afterReading(delayMs: DurationMs, act: () => void): void {
  setTimeout(() => {
    setImmediate(act);
  }, delayMs);
}
