/** Whether and when a failed attempt is tried again (R-CLI-3, R-CLI-7): one rule for simulated callers and real ones. */
import type { RandomStream } from './kernel/random.ts';
import type { DurationMs } from './kernel/time.ts';
import type { FailureClass } from './record.ts';
import type { Retries } from './scenario/scenario.ts';

type RetryKind = Retries['on'][number];

/** Which entry of `retries.on` covers a failure. */
export const RETRIED_AS: Readonly<Record<FailureClass, RetryKind>> = {
  refused: 'connect',
  'connect-timeout': 'connect',
  unreachable: 'connect',
  dns: 'connect',
  reset: 'reset',
  eof: 'reset',
  'request-timeout': 'timeout',
  'http-5xx': '5xx',
  'http-502': '5xx',
  'http-503': '5xx',
  'http-504': '5xx',
};

/** How long a caller waits before it tries again. @param attempts how many there were */
export function retryBackoffMs(
  { baseMs, capMs }: Retries['backoff'],
  attempts: number,
  random: RandomStream,
): DurationMs {
  return Math.min(capMs, baseMs * 2 ** attempts) * random.unit();
}
