/** How a request of an overloaded pod can end, as small numbers: one is kept for every connection. */
import type { AttemptFailure } from '../agenda.ts';

export const OK = 0;
/** Its answer would come too late, or no connection became free in time. */
export const DEADLINE = 1;
/** Workers and queue were full: it lies unread, or is refused. */
export const LEFT_UNREAD = 2;
export const REFUSED = 3;
/** The pod closed the idle connection before the request came; the client learns it by an RST, or by the FIN itself. */
export const RESET = 4;
export const CUT = 5;

/** What each of them is to the client; undefined: an answer. */
export const ENDS: readonly (AttemptFailure | undefined)[] = [
  undefined,
  { class: 'request-timeout', mechanism: 'deadline', keepsConnection: false },
  { class: 'request-timeout', mechanism: 'overflow', keepsConnection: false },
  { class: 'http-5xx', mechanism: 'overflow', keepsConnection: true },
  { class: 'reset', mechanism: 'idle-race', keepsConnection: false },
  { class: 'eof', mechanism: 'idle-race', keepsConnection: false },
];

/** The number of a failure that the request loop waits for. @throws Error for one that has nothing to do with overload */
export function endOf(failure: AttemptFailure): number {
  const end = ENDS.findIndex(
    (one) => one !== undefined && one.class === failure.class && one.mechanism === failure.mechanism,
  );
  if (end < 0) throw new Error(`no overloaded pod fails a request by ${failure.class}, ${failure.mechanism}`);
  return end;
}
