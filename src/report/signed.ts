/** Numbers with their sign, and intervals of them: `−9800 (−9900 … −9700)`. */

const MINUS = '−';

export function signed(value: number, format: (value: number) => string): string {
  if (value === 0) return format(0);
  return `${value < 0 ? MINUS : '+'}${format(Math.abs(value))}`;
}

/** null where nothing is known about the interval, or it has no width. */
export function signedInterval(
  low: number | null,
  high: number | null,
  format: (value: number) => string,
): string | null {
  if (low === null || high === null) return null;
  const [from, to] = [signed(low, format), signed(high, format)];
  return from === to ? null : `${from} … ${to}`;
}
