/** Durations as the kubelet counts them: in whole seconds that have passed. */
import { SECOND_MS, type DurationMs } from '../../../kernel/time.ts';

/** Virtual times are sums of doubles; without this slack a wait of 5 s may count as 4.999999 s. */
const SLACK_MS = 1e-6;

export function wholeSeconds(durationMs: DurationMs): number {
  return Math.floor((durationMs + SLACK_MS) / SECOND_MS);
}
