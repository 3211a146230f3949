/**
 * Durations in Go notation (`250ms`, `1m30s`, `1.5h`), read into milliseconds and written back.
 */
import type { DurationMs } from '../kernel/time.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Longest duration that the API of Go can hold: 2^63 nanoseconds, about 292 years. */
const DURATION_MS_MAX = 9_223_372_036_854;

/**
 * Milliseconds of a duration in Go notation; null when the text is none, is negative, or overflows.
 * As in Go, `0` alone needs no unit and every other number does.
 */
export function parseDuration(text: string): DurationMs | null {
  if (text === '0') return 0;
  if (!/^(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+$/u.test(text)) return null;
  let totalMs = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/gu)) {
    const unitMs = UNIT_MS[unit ?? ''] ?? Number.NaN;
    // Dividing by a whole number is exact where multiplying by 0.001 is not: 3us is 0.003 ms.
    totalMs += unitMs < 1 ? Number(number) / Math.round(1 / unitMs) : Number(number) * unitMs;
  }
  return totalMs <= DURATION_MS_MAX ? wholeNanoseconds(totalMs) : null;
}

/** As Go counts: 16.027 s are 16 027 ms, not 16 027.000000000002. Beyond 2^53 nanoseconds nothing finer can be told apart. */
function wholeNanoseconds(durationMs: DurationMs): DurationMs {
  const nanoseconds = Math.round(durationMs * 1e6);
  return Number.isSafeInteger(nanoseconds) ? nanoseconds / 1e6 : durationMs;
}

/** The shortest exact Go notation of a duration: `90000` → `1m30s`, `2500` → `2.5s`, `0.4` → `400us`. */
export function formatDuration(durationMs: DurationMs): string {
  if (!Number.isFinite(durationMs)) return String(durationMs);
  if (durationMs < 0) return `-${formatDuration(-durationMs)}`;
  const nanoseconds = Math.round(durationMs * 1e6);
  if (nanoseconds === 0) return '0s';
  if (nanoseconds < 1e3) return `${nanoseconds}ns`;
  if (nanoseconds < 1e6) return `${decimal(nanoseconds, 1e3)}us`;
  if (nanoseconds < 1e9) return `${decimal(nanoseconds, 1e6)}ms`;
  const hours = Math.floor(nanoseconds / 3.6e12);
  const minutes = Math.floor((nanoseconds % 3.6e12) / 6e10);
  const seconds = decimal(nanoseconds % 6e10, 1e9);
  const parts = [
    hours > 0 ? `${hours}h` : '',
    minutes > 0 ? `${minutes}m` : '',
    seconds === '0' ? '' : `${seconds}s`,
  ];
  return parts.join('');
}

/** `whole / unit` in decimal notation without rounding beyond the unit's own digits. */
function decimal(whole: number, unit: number): string {
  const integer = Math.floor(whole / unit);
  const digits = String(Math.round(unit)).length - 1;
  const fraction = String(whole % unit)
    .padStart(digits, '0')
    .replace(/0+$/u, '');
  return fraction === '' ? String(integer) : `${integer}.${fraction}`;
}
