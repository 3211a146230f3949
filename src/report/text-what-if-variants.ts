/** What `sim what-if --vary` prints: under each figure what it is now and what every variant makes of it. */
import type { Answer, AnswerFigure } from '../predict/what-if/what-if.ts';
import { flow, WIDTH } from './lines.ts';
import { tableLines, type Cell } from './table.ts';
import { differenceCell, summaryCell, whatIfHead, type WhatIfReport } from './text-what-if.ts';

export interface VariantAnswers {
  /** `maxSurge 10`. */
  readonly label: string;
  /** To every question that was asked, in the same order for all variants. */
  readonly answers: readonly Answer[];
  /** What was changed along with it. */
  readonly notes: readonly string[];
}

export interface VariantsReport extends Omit<WhatIfReport, 'answers'> {
  readonly variants: readonly VariantAnswers[];
}

export function whatIfVariantsText(report: VariantsReport): string {
  const { variants, style } = report;
  const questions = variants[0]?.answers ?? [];
  const head = whatIfHead({ ...report, answers: questions });
  const along = variants.flatMap(({ label, notes }) =>
    notes.flatMap((note) => flow([`${label}:`, ...note.split(' ')], ' ', WIDTH)),
  );
  const sections = [[...head, ...along.map(style.faint)].join('\n')];
  for (const [index, { title }] of questions.entries()) {
    const notes = noteLines(variants, index).map((line) => style.faint(`  ${line}`));
    sections.push([style.strong(title), ...figureTable(variants, index, report.runs), ...notes].join('\n'));
  }
  return `${sections.join('\n\n')}\n`;
}

function figureTable(variants: readonly VariantAnswers[], question: number, runs: number): readonly string[] {
  const figures = variants.map(({ answers }) => answers[question]?.figures ?? []);
  const names = new Set(figures.flatMap((list) => list.map(({ name }) => name)));
  const rows: (readonly Cell[])[] = [];
  for (const name of names) {
    const found = figures.map((list) => list.find((figure) => figure.name === name));
    const first = found.find((figure) => figure !== undefined) as AnswerFigure;
    rows.push(
      [{ text: name, heads: true }],
      [{ text: '  now' }, summaryCell(first.baseline, first, runs), { text: '' }],
    );
    for (const [index, figure] of found.entries()) {
      const label = { text: `  ${variants[index]?.label ?? ''}` };
      // What has never occurred in this one nor in today's has occurred in another.
      const none = { text: first.unit === 'count' ? '0' : '' };
      if (figure === undefined) rows.push([label, none, none]);
      else rows.push([label, summaryCell(figure.changed, figure, runs), differenceCell(figure)]);
    }
  }
  if (rows.length === 0) return [];
  return tableLines([[{ text: '' }, { text: '' }, { text: 'difference' }], ...rows]);
}

/** What is said of today's scenario, then of each variant what is said of it alone. */
function noteLines(variants: readonly VariantAnswers[], question: number): readonly string[] {
  const now = variants[0]?.answers[question]?.notes ?? [];
  const others = variants.flatMap(({ label, answers }) =>
    (answers[question]?.changedNotes ?? [])
      .filter((note) => !now.includes(note))
      .map((note) => `${label}: ${note}`),
  );
  return [...now, ...others].flatMap((note) => flow(note.split(' '), ' ', WIDTH - 2));
}
