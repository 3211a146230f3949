/**
 * Virtual time. One number everywhere: milliseconds since the scenario's time 0, as a double.
 * Negative times are the settled past; nothing here reads the machine's clock.
 */
export type TimeMs = number;
export type DurationMs = number;

export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** Truncates to whole seconds, as the Kubernetes API stores its timestamps (R-GEN-5). */
export function truncateToSecond(timeMs: TimeMs): TimeMs {
  return Math.floor(timeMs / SECOND_MS) * SECOND_MS;
}
