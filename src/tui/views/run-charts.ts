/** One run over time: pods by phase, ready endpoints against demand, failures, and what was marked. */
import type { RunView } from '../../predict/run-view.ts';
import { POD_PHASES, type PodPhaseName } from '../../record.ts';
import { timeAxis } from '../../report/blocks.ts';
import { formatCount } from '../../report/numbers.ts';
import { bars } from '../chart/bars.ts';
import { columnOf, columnsOf, type Window } from '../chart/columns.ts';
import { stackedArea, type Area as StackedArea } from '../chart/stacked-area.ts';
import { stepLines } from '../chart/step-lines.ts';
import { CHART_LABEL, chartWidth } from '../layout.ts';
import { span, textOf, type Line } from '../span.ts';
import type { Opened } from '../state.ts';
import { windowOf } from '../update/timeline.ts';
import type { Area } from './area.ts';
import { withCursor } from './cursor.ts';
import { markerLine } from './marker-line.ts';

/** What stands for a phase where there are no colours. */
const SHADES: Readonly<Record<PodPhaseName, string>> = {
  ready: '█',
  terminating: '▒',
  unready: '▓',
  starting: '░',
  pending: '·',
};

/** From the bottom of the area up. */
const STACK: readonly PodPhaseName[] = ['ready', 'unready', 'terminating', 'starting', 'pending'];

/** Rows of each chart. */
export interface ChartRows {
  readonly pods: number;
  readonly demand: number;
  readonly failed: number;
}

/** Legend, marks and time axis. */
export const CHART_FRAME_ROWS = 3;

/** The sum of the rows and `CHART_FRAME_ROWS` lines. @param cursorMs null: no cursor */
export function runCharts(
  opened: Opened,
  view: RunView,
  { width: areaWidth, coloured }: Pick<Area, 'width' | 'coloured'>,
  rows: ChartRows,
  cursorMs: number | null,
): readonly Line[] {
  const width = chartWidth(areaWidth);
  const window = windowOf(opened);
  const column = cursorMs === null ? null : columnOf(cursorMs, window, width) + CHART_LABEL;
  const marked = (line: Line): Line => (column === null ? line : withCursor(line, column));
  const axis = timeAxis(window.fromMs, window.toMs, width - 4);
  return [
    legendLine(opened, view, coloured),
    ...chartLines(view, window, { width, coloured }, rows).map(marked),
    marked(markerLine(view, window, width)),
    [span(' '.repeat(CHART_LABEL)), span(axis, 'faint')],
  ];
}

function chartLines(
  view: RunView,
  window: Window,
  { width, coloured }: Pick<Area, 'width' | 'coloured'>,
  rows: ChartRows,
): readonly Line[] {
  const podsMax = Math.max(1, ...totalsOf(view));
  const areas: readonly StackedArea[] = STACK.map((phase) => ({
    tone: phase,
    shade: SHADES[phase],
    values: columnsOf(view.podsByPhase[phase], view, window, width, 'last'),
  }));
  const pods = stackedArea(areas, { width, height: rows.pods, max: podsMax, coloured });
  const perSecond = 1000 / view.binMs;
  const failed = columnsOf(view.failed, view, window, width, 'mean').map((count) => count * perSecond);
  const failedMax = Math.max(...failed);
  return [
    ...labelled(pods, 'pods', formatCount(podsMax)),
    ...demandLines(view, window, { width, height: rows.demand }),
    ...labelled(bars(failed, failedMax, rows.failed, 'bad'), 'failed/s', formatCount(failedMax)),
  ];
}

function totalsOf(view: RunView): readonly number[] {
  return view.offered.map((_, bin) =>
    POD_PHASES.reduce((sum, phase) => sum + (view.podsByPhase[phase][bin] ?? 0), 0),
  );
}

/** Ready endpoints, and how many pods the load keeps busy: when the lines meet, there is no room left. */
function demandLines(
  view: RunView,
  window: Window,
  { width, height }: Pick<Area, 'width' | 'height'>,
): readonly Line[] {
  const ready = columnsOf(view.readyEndpoints, view, window, width * 2, 'min');
  const demand =
    view.demandPods === null ? null : columnsOf(smoothed(view.demandPods), view, window, width * 2, 'mean');
  const max = Math.max(
    1,
    ...view.readyEndpoints,
    ...(view.demandPods === null ? [] : smoothed(view.demandPods)),
  );
  const lines = stepLines(
    [
      { tone: 'ready', values: ready },
      ...(demand === null ? [] : [{ tone: 'doubtful' as const, values: demand, dotted: true }]),
    ],
    { width, height, min: 0, max },
  );
  return labelled(lines, demand === null ? 'ready' : 'ready/need', formatCount(max));
}

/** Arrivals of a single tenth of a second say little about the load: a second's mean does. */
function smoothed(values: readonly number[]): readonly number[] {
  const reach = 5;
  return values.map((_, at) => {
    const part = values.slice(Math.max(0, at - reach), at + reach + 1);
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

/** The largest value beside the first row, the name beside the second. */
function labelled(lines: readonly Line[], name: string, max: string): readonly Line[] {
  return lines.map((line, row) => {
    const label = row === 0 ? max : row === 1 ? name : '';
    return [span(`${label.padStart(CHART_LABEL - 1).slice(0, CHART_LABEL - 1)} `, 'faint'), ...line];
  });
}

function legendLine({ viewIsOld }: Opened, view: RunView, coloured: boolean): Line {
  const parts = STACK.filter((phase) => view.podsByPhase[phase].some((count) => count > 0)).flatMap(
    (phase): Line => [span(coloured ? '█' : SHADES[phase], phase), span(` ${phase}  `, 'faint')],
  );
  const need = view.demandPods === null ? '' : '⠒ need  ';
  const which = viewIsOld ? 'before the change' : `run of seed ${view.seed}`;
  const line: Line = [
    span(' '.repeat(CHART_LABEL)),
    ...parts,
    span(need, 'doubtful'),
    span(which, viewIsOld ? 'doubtful' : 'faint'),
  ];
  return textOf(line).trim() === '' ? [] : line;
}
