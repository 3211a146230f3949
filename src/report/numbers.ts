/** Numbers as people read them: thousands apart, as many digits as mean something, units behind. */

const THIN_SPACE = '\u2009';

/** A count or a mean of counts: `7`, `0.4`, `9812`, `10 000`. One decimal only where it is below 10 and not whole. */
export function formatCount(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.05) return '<0.1';
  if (Math.abs(value) < 10 && !Number.isInteger(value)) return trimZero(value.toFixed(1));
  return groupThousands(String(Math.round(value)));
}

function groupThousands(digits: string): string {
  return digits.length < 5 ? digits : digits.replaceAll(/\B(?=(?:\d{3})+$)/gu, THIN_SPACE);
}

/** A share in [0, 1] in percent: `0 %`, `0.0012 %`, `3.4 %`, `97 %`, `100 %`. Neither end is claimed by rounding. */
export function formatShare(share: number): string {
  if (share === 0 || share === 1) return `${100 * share} %`;
  const percent = 100 * share;
  if (percent >= 99.95) return '>99.9 %';
  if (percent >= 99.5) return `${percent.toFixed(1)} %`;
  if (percent >= 10) return `${Math.round(percent)} %`;
  if (percent < 0.0001) return '<0.0001 %';
  const decimals = Math.min(4, 1 - Math.floor(Math.log10(percent)));
  return `${trimZero(percent.toFixed(decimals))} %`;
}

/** A time in milliseconds: `0.4 ms`, `21 ms`, `4.2 s`, `98.4 s`, `12 min`. */
export function formatMs(durationMs: number): string {
  if (durationMs === 0) return '0 s';
  if (durationMs < 10) return `${trimZero(durationMs.toFixed(1))} ms`;
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 600_000) return `${trimZero((durationMs / 1000).toFixed(1))} s`;
  return `${trimZero((durationMs / 60_000).toFixed(1))} min`;
}

/** A time of the run in seconds with milliseconds, for stories: `12.345 s`. */
export function formatInstant(timeMs: number): string {
  return `${(timeMs / 1000).toFixed(3)} s`;
}

/** `1 run`, `20 runs`. */
export function plural(count: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

function trimZero(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/u, '') : decimal;
}
