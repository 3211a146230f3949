/** Whether and when a failed attempt is tried again (R-CLI-3, R-CLI-7); the same rule as the simulator's clients have. */
import type { RandomStream } from '../../kernel/random.ts';
import type { DurationMs } from '../../kernel/time.ts';
import type { FailureClass } from '../../record.ts';
import type { Retries } from '../../scenario/scenario.ts';

const KINDS: Readonly<Record<FailureClass, Retries['on'][number]>> = {
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

/** Which entry of `retries.on` covers a failure. */
export function retryKind(failure: FailureClass): Retries['on'][number] {
  return KINDS[failure];
}

/** @param attempts how many there were */
export function backoffMs(
  { baseMs, capMs }: Retries['backoff'],
  attempts: number,
  random: RandomStream,
): DurationMs {
  return Math.min(capMs, baseMs * 2 ** attempts) * random.unit();
}
