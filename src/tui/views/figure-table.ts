/** Figures side by side: before, after, and the difference of paired runs with its interval. */
import { signed, signedInterval } from '../../report/signed.ts';
import { spreadText } from '../../report/spread.ts';
import type { Summary } from '../../prediction.ts';
import { judgement, type Figure, type FigureKind } from '../figures.ts';
import { fitted, joined, span, type Line } from '../span.ts';
import { shortened, withInterval } from './interval.ts';

const NAME = 16;
/** Of what is left, the share that the difference gets: its interval is the longest text. */
const DIFFERENCE_SHARE = 0.38;
/** Wider columns are harder to read across. */
const COLUMN_MAX = 34;

export interface FigureTableOptions {
  readonly width: number;
  readonly before: string;
  readonly after: string;
  /** Ended runs on either side. */
  readonly runsBefore: number;
  readonly runsAfter: number;
}

export function figureTable(figures: readonly Figure[], options: FigureTableOptions): readonly Line[] {
  const { width, before, after, runsBefore, runsAfter } = options;
  const changed = after !== '';
  const room = width - NAME;
  const last = changed ? Math.min(COLUMN_MAX, Math.floor(room * DIFFERENCE_SHARE)) : 0;
  const column = changed ? Math.min(COLUMN_MAX, Math.floor((room - last) / 2)) : room;
  const row = (name: string, cells: readonly [Line, Line, Line]): Line => [
    ...fitted([span(` ${name}`)], NAME),
    ...cells
      .slice(0, changed ? 3 : 1)
      .flatMap((cell, at) => joined(fitted(cell, (at < 2 ? column : last) - 1), [span(' ')])),
  ];
  const head = row('', [
    [span(before, 'faint')],
    [span(after, 'faint')],
    [span('difference, 95 %', 'faint')],
  ]);
  const lines = figures.map((figure) =>
    row(figure.kind.name, [
      [span(shortened(summaryText(figure.before, figure.kind, runsBefore), column - 1))],
      [span(shortened(summaryText(figure.after, figure.kind, runsAfter), column - 1))],
      differenceLine(figure, last - 1),
    ]),
  );
  return [head, ...lines];
}

function summaryText(
  summary: Summary | null,
  { format, otherwise = 'never' }: FigureKind,
  runs: number,
): string {
  if (summary === null) return runs === 0 ? '…' : otherwise;
  return withInterval(format(summary.mean), spreadText(summary, runs, format));
}

/** Without its interval while a single pair cannot tell one; `same` when no pair differs. */
function differenceLine(figure: Figure, width: number): Line {
  const { difference, kind } = figure;
  if (difference === null) return [];
  const { mean, low, high } = difference;
  if (mean === 0 && (low ?? 0) === 0 && (high ?? 0) === 0) return [span('same', 'faint')];
  const text = withInterval(signed(mean, kind.format), signedInterval(low, high, kind.format));
  return [span(shortened(text, width), judgement(figure))];
}
