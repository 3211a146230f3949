/** Bounds of the `value` that goes with the mode of a selection of pods. */
import type { DiagnosticList } from './diagnostic-list.ts';
import type { PodTarget } from './fault.ts';
import { locateValue, type SourceMap } from './source-map.ts';

export const PERCENT_MODES: ReadonlySet<PodTarget['mode']> = new Set(['fixed-percent', 'random-max-percent']);

/** R-CHX-2: a percentage is at most 100, a fixed number at least 1. */
export function reportValueRange(
  mode: PodTarget['mode'],
  value: number | undefined,
  source: SourceMap,
  path: string,
  diagnostics: DiagnosticList,
): void {
  if (value === undefined) return;
  const tooMuch = PERCENT_MODES.has(mode) && value > 100;
  if (!tooMuch && (mode !== 'fixed' || value >= 1)) return;
  diagnostics.add('E205', locateValue(source, path), {
    message: `${path} is out of range.`,
    path,
    value,
    expected: tooMuch ? 'at most 100' : 'at least 1',
  });
}
