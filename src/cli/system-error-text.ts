/** Why the system refused something, in its own words: without the call, the draft's name or a code. */
import { getSystemErrorMessage } from 'node:util';

/** `no space left on device`; of any other error its message. */
export function systemErrorText(error: unknown): string {
  const { errno } = error as NodeJS.ErrnoException;
  if (typeof errno === 'number' && errno < 0) return getSystemErrorMessage(errno);
  return error instanceof Error ? error.message : String(error);
}
