/** Figures side by side: before, after, and the difference of paired runs with its interval. */
import { signed, signedInterval } from '../../report/signed.ts';
import { spreadText } from '../../report/spread.ts';
import type { Summary } from '../../prediction.ts';
import { judgement, type Figure, type FigureKind } from '../figures.ts';
import { fitted, span, type Line } from '../span.ts';

const NAME = 19;

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
  const changed = figures.some((figure) => figure.after !== null);
  const column = Math.floor((width - NAME - 4) / 3) - 1;
  const row = (name: Line, cells: readonly Line[]): Line => [
    ...fitted(name, NAME),
    ...cells.flatMap((cell) => [span(' '), ...fitted(cell, column)]),
  ];
  const head = row(
    [span('')],
    [[span(before, 'strong')], [span(after, 'strong')], [span(changed ? 'difference, 95 %' : '', 'strong')]],
  );
  const lines = figures.map((figure) =>
    row(
      [span(`  ${figure.kind.name}`)],
      [
        [span(summaryText(figure.before, figure.kind, runsBefore))],
        [span(after === '' ? '' : summaryText(figure.after, figure.kind, runsAfter))],
        differenceLine(figure),
      ],
    ),
  );
  return [head, ...lines];
}

function summaryText(summary: Summary | null, { format }: FigureKind, runs: number): string {
  if (summary === null) return runs === 0 ? '…' : 'never';
  const range = spreadText(summary, runs, format);
  return range === null ? format(summary.mean) : `${format(summary.mean)} (${range.replace(' … ', '…')})`;
}

/** Without its interval while a single pair cannot tell one; `same` when no pair differs. */
function differenceLine(figure: Figure): Line {
  const { difference, kind } = figure;
  if (difference === null) return [];
  const { mean, low, high } = difference;
  if (mean === 0 && (low ?? 0) === 0 && (high ?? 0) === 0) return [span('same', 'faint')];
  const interval = signedInterval(low, high, kind.format);
  const note = interval === null ? '' : ` (${interval.replace(' … ', '…')})`;
  return [span(`${signed(mean, kind.format)}${note}`, judgement(figure))];
}
