/** How a prediction was made, in one line: seed, runs, profile, and how closely the requests were looked at. */
import type { Prediction } from '../prediction.ts';
import { formatCount, formatShare, plural } from './numbers.ts';

export function engineLine({ engine }: Prediction, profile: string): string {
  const runs = `seed ${engine.seed} · ${plural(engine.runs, 'run')} · profile ${profile}`;
  if (engine.mode === 'exact') return `${runs} · every request followed`;
  const share = engine.exactShare >= 1 ? 'every request' : `${formatShare(engine.exactShare)} of requests`;
  return `${runs} · ${share} followed (error ${boundText(engine.errorBound)})`;
}

function boundText(errorBound: number): string {
  return errorBound < 0.1 ? 'below 0.1 requests' : `up to ${formatCount(errorBound)} requests`;
}
