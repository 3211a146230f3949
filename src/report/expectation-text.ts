/** Each expectation in a few words: `expected 0: not met`. */
import type { ExpectationResult, Prediction } from '../prediction.ts';
import { formatCount, formatMs, formatShare } from './numbers.ts';
import type { Style } from './style.ts';

export function verdict({ target, met, probabilityMet }: ExpectationResult, style: Style): string {
  const word = met ? style.good('met') : style.bad('not met');
  const share =
    probabilityMet === 0 || probabilityMet === 1 ? '' : ` (holds in ${formatShare(probabilityMet)} of runs)`;
  return `expected ${target}: ${word}${share}`;
}

/** `latency.p99 212 ms     expected at most 250ms: met`, for every one but failedRequests, which has its own row. */
export function expectationText(
  expectation: ExpectationResult,
  rollout: Prediction['rollout'],
  style: Style,
): string {
  const { name, value, target } = expectation;
  const bound = name === 'pods.readyMin' ? `at least ${target}` : `at most ${target}`;
  const never = name === 'rolloutWithin' && rollout.completeMs === null;
  const reached = never ? 'never complete' : formatValue(name, value.mean);
  return `${name} ${reached}     ${verdict({ ...expectation, target: bound }, style)}`;
}

function formatValue(name: string, value: number): string {
  if (name === 'failedShare') return formatShare(value);
  if (name.startsWith('latency') || name === 'rolloutWithin') return formatMs(value);
  return formatCount(value);
}
