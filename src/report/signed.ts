/** Numbers with their sign, and intervals of them: `−9800 (−9900 … −9700)`. */

const MINUS = '−';

export function signed(value: number, format: (value: number) => string): string {
  const text = format(Math.abs(value));
  // What is rounded to nothing has no sign.
  if (!/[1-9]/u.test(text)) return text;
  return `${value < 0 ? MINUS : '+'}${text}`;
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
