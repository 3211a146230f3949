/** Changes, phases and faults under the charts, each as a letter at its instant. */
import type { Marker, RunView } from '../../predict/run-view.ts';
import { columnOf, type Window } from '../chart/columns.ts';
import { CHART_LABEL } from '../layout.ts';
import { cut } from '../../report/lines.ts';
import { lettersOf, merged, span, type Line, type Span } from '../span.ts';

const SIGNS: Readonly<Record<Marker['kind'], Span>> = {
  change: { text: 'C', tone: 'accent' },
  phase: { text: 'P', tone: 'strong' },
  fault: { text: 'F', tone: 'bad' },
};

/** Where several fall under one column, the gravest shows. */
const RANK: readonly Marker['kind'][] = ['phase', 'change', 'fault'];

export function markerLine(view: RunView, window: Window, width: number): Line {
  const cells: Span[] = Array.from({ length: width }, () => ({ text: '·', tone: 'faint' }));
  const inside = view.markers.filter(({ timeMs }) => timeMs >= window.fromMs && timeMs <= window.toMs);
  for (const marker of inside.toSorted((a, b) => RANK.indexOf(a.kind) - RANK.indexOf(b.kind))) {
    cells[columnOf(marker.timeMs, window, width)] = SIGNS[marker.kind];
  }
  return [
    span(`${'events'.padStart(CHART_LABEL - 1)} `, 'faint'),
    ...merged(withNames(cells, inside, window)),
  ];
}

/** Shorter pieces of a name say nothing. */
const NAME_MIN = 7;

/** What happened stands behind its sign, as far as there is room before the next one. */
function withNames(cells: readonly Span[], markers: readonly Marker[], window: Window): readonly Span[] {
  const named = [...cells];
  const columns = markers.map(({ timeMs }) => columnOf(timeMs, window, cells.length));
  for (const [at, { text }] of markers.entries()) {
    const from = (columns[at] ?? 0) + 2;
    const room = (columns[at + 1] ?? cells.length) - from - 1;
    if (room < NAME_MIN) continue;
    for (const [index, letter] of lettersOf(` ${cut(text, room)} `).entries()) {
      if (from - 1 + index < cells.length) named[from - 1 + index] = { text: letter, tone: 'faint' };
    }
  }
  return named;
}

/** The latest that was marked before an instant, for the line under the charts. */
export function lastMarker(view: RunView, timeMs: number): Marker | null {
  return view.markers.findLast((marker) => marker.timeMs <= timeMs) ?? null;
}
