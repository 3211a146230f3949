/** One run over time, and the instant under the cursor: every pod, and what would happen to a request. */
import { instantOf } from '../../predict/run-instant.ts';
import { span, type Line } from '../span.ts';
import type { Opened } from '../state.ts';
import type { Area } from './area.ts';
import { headlines } from './headline.ts';
import { instantLines } from './instant.ts';
import { runCharts, type ChartRows } from './run-charts.ts';

/** What is left is for the instant. A second line above costs the tallest chart a row. */
function rowsFor(height: number, above: number): ChartRows {
  const extra = Math.max(0, height - 20);
  return {
    pods: 7 - above + Math.floor(extra * 0.35),
    demand: 2 + Math.floor(extra * 0.1),
    failed: 2 + Math.floor(extra * 0.1),
  };
}

export function timelineView(opened: Opened, area: Area): readonly Line[] {
  const { view } = opened;
  const head = headlines(opened, area.width);
  if (view === null) return [...head, [], [span('   Simulating one run in full …', 'faint')]];
  const { cursorMs, podTop } = opened.timeline;
  const rows = rowsFor(area.height, head.length);
  const above = [...head, ...runCharts(opened, view, area, rows, cursorMs)];
  const instant = instantOf(view, cursorMs);
  return [...above, ...instantLines(view, instant, podTop, { ...area, height: area.height - above.length })];
}
