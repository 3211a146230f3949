/** Curves in block characters, one column a slice of time, with a time axis below. */
const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** How several values become one column: their mean, or the one that matters. */
export type Fold = 'mean' | 'min' | 'max';

/** @returns `width` columns, or as many as there are values when they are fewer */
export function resample(values: readonly number[], width: number, fold: Fold): readonly number[] {
  const columns = Math.min(width, values.length);
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * values.length) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / columns));
    return folded(values.slice(from, to), fold);
  });
}

function folded(values: readonly number[], fold: Fold): number {
  if (fold === 'min') return Math.min(...values);
  if (fold === 'max') return Math.max(...values);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The lowest block is zero and nothing else; whatever is above zero shows. */
export function sparkline(columns: readonly number[], max: number = Math.max(...columns)): string {
  return columns
    .map((value) => {
      if (value <= 0 || max <= 0) return LEVELS[0];
      const level = 1 + Math.floor((value / max) * (LEVELS.length - 1 - 1e-9));
      return LEVELS[Math.min(level, LEVELS.length - 1)];
    })
    .join('');
}

const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21_600].map(
  (s) => s * 1000,
);

const UNITS = [
  { ms: 3_600_000, name: 'h' },
  { ms: 60_000, name: 'm' },
] as const;

/** Labels under the columns that their time falls into, all in one unit: `0s      30s     60s`. */
export function timeAxis(startMs: number, endMs: number, width: number): string {
  const spanMs = endMs - startMs;
  if (spanMs <= 0 || width <= 0) return '';
  const stepMs = STEPS_MS.find((step) => (width * step) / spanMs >= 8) ?? spanMs;
  const unit = UNITS.find(({ ms }) => stepMs % ms === 0) ?? { ms: 1000, name: 's' };
  let axis = '';
  for (let timeMs = Math.ceil(startMs / stepMs) * stepMs; timeMs < endMs; timeMs += stepMs) {
    const column = Math.floor(((timeMs - startMs) / spanMs) * width);
    const label = `${Number((timeMs / unit.ms).toFixed(3))}${unit.name}`;
    if (column + label.length <= width + 4) axis = `${axis.padEnd(column)}${label}`;
  }
  return axis;
}
