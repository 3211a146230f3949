/** How far runs lie apart, in words that fit their number. */
import type { Summary } from '../prediction.ts';

/** With fewer runs an interval would be all guess: their extremes are shown instead. */
export const INTERVAL_RUNS_MIN = 5;

/** `9812 … 15 332`: where 95 % of runs lie, or where the few that were made lie; null when they do not differ. */
export function spreadText(
  { p2_5: lower, p97_5: upper, min, max }: Summary,
  runs: number,
  format: (value: number) => string,
): string | null {
  const enough = runs >= INTERVAL_RUNS_MIN;
  const [from, to] = [format(enough ? lower : min), format(enough ? upper : max)];
  return from === to ? null : `${from} … ${to}`;
}
