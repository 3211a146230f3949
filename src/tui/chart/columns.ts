/** Bins of time → columns of a chart. */

/** The part of a run that a chart shows. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How the bins under one column become one value. */
export type Fold = 'last' | 'min' | 'max' | 'mean';

export interface Bins {
  readonly startMs: number;
  readonly binMs: number;
}

/** One value for each column; a column narrower than a bin repeats it. */
export function columnsOf(
  values: readonly number[],
  { startMs, binMs }: Bins,
  window: Window,
  width: number,
  fold: Fold,
): readonly number[] {
  const spanMs = window.toMs - window.fromMs;
  const binAt = (column: number): number => (window.fromMs + (spanMs * column) / width - startMs) / binMs;
  return Array.from({ length: width }, (_, column) => {
    const from = clamp(Math.floor(binAt(column) + 1e-9), 0, values.length - 1);
    const to = clamp(Math.ceil(binAt(column + 1) - 1e-9), from + 1, values.length);
    return foldOf(values.slice(from, Math.max(from + 1, to)), fold);
  });
}

function foldOf(values: readonly number[], fold: Fold): number {
  if (values.length === 0) return 0;
  switch (fold) {
    case 'last':
      return values.at(-1) ?? 0;
    case 'min':
      return Math.min(...values);
    case 'max':
      return Math.max(...values);
    case 'mean':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
  }
}

/** The column under which an instant falls. */
export function columnOf(timeMs: number, { fromMs, toMs }: Window, width: number): number {
  return clamp(Math.floor(((timeMs - fromMs) / Math.max(1, toMs - fromMs)) * width), 0, width - 1);
}

export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}
