/** What `sim what-if` prints: each question, its answer first, and beside it what the change makes of it. */
import type { Summary } from '../prediction.ts';
import type { Question, Unit } from '../predict/what-if/question.ts';
import type { Answer, AnswerFigure } from '../predict/what-if/what-if.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { flow, WIDTH } from './lines.ts';
import { formatCount, formatMs, formatShare, plural } from './numbers.ts';
import { scenarioItems } from './scenario-line.ts';
import { signed, signedInterval } from './signed.ts';
import { spreadText } from './spread.ts';
import type { Style } from './style.ts';
import { tableLines, type Cell } from './table.ts';

export interface WhatIfReport {
  readonly scenario: Scenario;
  readonly answers: readonly Answer[];
  /** What is different in the changed scenario; empty: nothing is. */
  readonly set: readonly string[];
  readonly runs: number;
  readonly seed: number;
  /** The question in plain words, when it was asked so. */
  readonly words: string | null;
  readonly style: Style;
}

const GIBIBYTE = 2 ** 30;

export function questionList(questions: readonly Question[]): string {
  const width = Math.max(...questions.map(({ id }) => id.length));
  return `${questions.map(({ id, title }) => `  ${id.padEnd(width)}   ${title}`).join('\n')}\n`;
}

export function whatIfText(report: WhatIfReport): string {
  const { answers, set, runs, style } = report;
  const sections = answers.map((answer) => answerText(answer, set.length > 0, runs, style));
  return `${[whatIfHead(report).join('\n'), ...sections].join('\n\n')}\n`;
}

/** What was asked about, and how a question in plain words was understood. */
export function whatIfHead({
  scenario,
  answers,
  set,
  runs,
  seed,
  words,
  style,
}: WhatIfReport): readonly string[] {
  const taken =
    words === null || answers[0] === undefined ? [] : [`“${words}” is taken as ${answers[0].question}`];
  return [
    ...flow(scenarioItems(scenario), ' · ', WIDTH),
    style.faint(`seed ${seed} · ${plural(runs, 'run')} of each setting · profile ${scenario.profile.name}`),
    ...set.map((setting) => `what if ${setting}`),
    ...taken.map(style.faint),
  ];
}

function answerText(answer: Answer, isChanged: boolean, runs: number, style: Style): string {
  const header: Cell[] = [{ text: '' }, { text: 'now' }, { text: 'changed' }, { text: 'difference' }];
  const rows = answer.figures.map((figure) => figureRow(figure, isChanged, runs));
  const table = isChanged ? [header, ...rows] : rows;
  const notes = answer.notes.flatMap((note) => flow(note.split(' '), ' ', WIDTH - 2));
  const changedNotes = answer.changedNotes
    .filter((note) => !answer.notes.includes(note))
    .flatMap((note) => flow(['Changed:', ...note.split(' ')], ' ', WIDTH - 2));
  return [
    style.strong(answer.title),
    ...(answer.figures.length === 0 ? [] : tableLines(table)),
    ...[...notes, ...changedNotes].map((line) => style.faint(`  ${line}`)),
  ].join('\n');
}

/** A figure of an answer as text; notes are intervals. */
export interface AnswerRow {
  readonly name: string;
  readonly now: string;
  readonly nowNote: string | null;
  /** null: nothing was changed. */
  readonly changed: string | null;
  readonly changedNote: string | null;
  readonly difference: string | null;
}

/** @param runs of each setting */
export function answerRows({ figures }: Answer, runs: number): readonly AnswerRow[] {
  return figures.map((figure) => {
    const now = summaryCell(figure.baseline, figure, runs);
    const isChanged = figure.changed !== null || figure.difference !== null;
    const changed = isChanged ? summaryCell(figure.changed, figure, runs) : null;
    const difference = isChanged ? differenceCell(figure) : null;
    return {
      name: figure.name,
      now: now.text,
      nowNote: now.note ?? null,
      changed: changed?.text ?? null,
      changedNote: changed?.note ?? null,
      difference:
        difference === null ? null : `${difference.text}${difference.note ? ` (${difference.note})` : ''}`,
    };
  });
}

function figureRow(figure: AnswerFigure, isChanged: boolean, runs: number): readonly Cell[] {
  const now = summaryCell(figure.baseline, figure, runs);
  if (!isChanged) return [{ text: figure.name }, now];
  return [{ text: figure.name }, now, summaryCell(figure.changed, figure, runs), differenceCell(figure)];
}

export function summaryCell(summary: Summary | null, { unit, otherwise }: AnswerFigure, runs: number): Cell {
  if (summary === null) return { text: otherwise };
  if (unit === 'truth') return { text: truthText(summary.mean) };
  const { whole, bare } = formatsOf(unit);
  return { text: whole(summary.mean), note: spreadText(summary, runs, bare) };
}

export function differenceCell({ difference, unit }: AnswerFigure): Cell {
  if (difference === null || unit === 'truth') return { text: '' };
  const { whole, bare } = formatsOf(unit);
  const known = Number.isFinite(difference.low);
  const note = known ? signedInterval(difference.low, difference.high, bare) : null;
  return { text: signed(difference.mean, whole), note };
}

function truthText(share: number): string {
  if (share === 1) return 'yes';
  return share === 0 ? 'no' : `in ${formatShare(share)} of runs`;
}

type Format = (value: number) => string;

/** A value with its unit, and as the end of an interval behind such a value. */
function formatsOf(unit: Unit): { readonly whole: Format; readonly bare: Format } {
  switch (unit) {
    case 'ms':
      return { whole: formatMs, bare: formatMs };
    case 'share':
    case 'probability':
      return { whole: formatShare, bare: formatShare };
    case 'bytes':
      return {
        whole: (bytes) => `${formatAmount(bytes / GIBIBYTE)} GiB`,
        bare: (bytes) => formatAmount(bytes / GIBIBYTE),
      };
    case 'core':
      return {
        whole: (cores) => `${formatAmount(cores)} ${cores === 1 ? 'core' : 'cores'}`,
        bare: formatAmount,
      };
    case 'rps':
      return { whole: (rate) => `${formatCount(rate)} req/s`, bare: formatCount };
    case 'count':
    case 'truth':
      return { whole: formatCount, bare: formatCount };
  }
}

/** Three digits, since halves of a core matter. */
function formatAmount(value: number): string {
  return Math.abs(value) < 100 ? String(Number(value.toPrecision(3))) : formatCount(value);
}
