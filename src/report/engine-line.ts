/** How a prediction was made, in one line: seed, runs, profile, and how closely the requests were looked at. */
import type { Prediction } from '../prediction.ts';
import type { Accuracy } from '../record.ts';
import { formatCount, formatShare, plural } from './numbers.ts';

export function engineLine({ engine }: Prediction, profile: string): string {
  const runs = `seed ${engine.seed} · ${plural(engine.runs, 'run')} · profile ${profile}`;
  return `${runs} · ${followedText(engine)}`;
}

/** `13 % of requests followed (error below 0.1 requests)`. */
export function followedText(accuracy: Accuracy): string {
  if (isExact(accuracy)) return 'every request followed';
  const { exactShare, errorBound } = accuracy;
  const share = exactShare >= 1 ? 'every request' : `${formatShare(exactShare)} of requests`;
  return `${share} followed (error ${boundText(errorBound)} requests)`;
}

/** `13 % followed, error below 0.1`, for where columns are few. */
export function followedShort(accuracy: Accuracy): string {
  if (isExact(accuracy)) return 'all followed';
  const share = accuracy.exactShare >= 1 ? 'all' : formatShare(accuracy.exactShare);
  return `${share} followed, error ${boundText(accuracy.errorBound)}`;
}

/** Nothing was skipped, so that there is nothing to excuse. */
function isExact({ exactShare, errorBound }: Accuracy): boolean {
  return exactShare >= 1 && errorBound === 0;
}

function boundText(errorBound: number): string {
  return errorBound < 0.1 ? 'below 0.1' : `up to ${formatCount(errorBound)}`;
}
