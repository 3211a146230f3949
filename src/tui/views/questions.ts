/** The questions on top, each with its answer in a few words; the chosen one's answer in full below. */
import { QUESTIONS } from '../../predict/what-if/questions.ts';
import { answerRows, type AnswerRow } from '../../report/text-what-if.ts';
import { cut, wrap } from '../../report/lines.ts';
import { isTyping } from '../screen.machine.ts';
import { fitted, joined, span, textOf, type Line, type Span } from '../span.ts';
import type { AnswerState, Opened, State } from '../state.ts';
import type { Area } from './area.ts';
import { shortened, withInterval } from './interval.ts';
import { scrolled } from './scroll.ts';

/** Columns that the short answer gets at least. */
const SHORT_ANSWER = 32;
/** Of the width, for the names of an answer's figures. */
const NAME_SHARE = 0.34;
/** Rows that the full answer gets at least. */
const ANSWER_ROWS = 8;

export function questionsView(state: State, opened: Opened, { width, height }: Area): readonly Line[] {
  const { questions } = opened;
  const rows = Math.max(4, Math.min(QUESTIONS.length, height - 1 - ANSWER_ROWS));
  const { from, items } = scrolled(QUESTIONS, questions.index, rows);
  const longest = Math.max(...QUESTIONS.map(({ title }) => title.length));
  const room = Math.min(longest, width - SHORT_ANSWER);
  const list = items.map(({ id, title }, at): Line => {
    const selected = from + at === questions.index;
    const found = questions.answers[id];
    const line: Line = [
      span(` ${selected ? '›' : ' '} ${found === undefined ? title : cut(title, room).padEnd(room)}  `),
      span(shortAnswer(found, opened), 'strong'),
    ];
    return selected ? [{ text: textOf(fitted(line, width)), tone: 'selected' }] : line;
  });
  const typed: Line = isTyping(state.screen)
    ? [span(' Ask: ', 'accent'), span(`${questions.typed}▏`, 'strong')]
    : [span(' Ask about this scenario', 'faint')];
  const chosen = QUESTIONS[questions.index];
  const full = chosen === undefined ? [] : fullAnswer(questions.answers[chosen.id], opened, width);
  return [typed, ...list, [span('─'.repeat(width), 'faint')], ...full];
}

/** `25 → 28`, or `…` while it is being found. */
function shortAnswer(found: AnswerState | undefined, opened: Opened): string {
  if (found === undefined) return '';
  if (found.answer === null || found.generation !== opened.generation) return '…';
  const [row] = answerRows(found.answer, opened.baseline.length);
  if (row === undefined) return found.answer.notes[0] ?? '';
  return row.changed === null ? row.now : `${row.now} → ${row.changed}`;
}

function fullAnswer(found: AnswerState | undefined, opened: Opened, width: number): readonly Line[] {
  if (found === undefined) return [[span(' Enter asks it.', 'faint')]];
  const { answer, generation } = found;
  if (answer === null) return [[span(' Asking …', 'faint')]];
  const rows = answerRows(answer, opened.baseline.length);
  const notes = [
    ...answer.notes,
    ...answer.changedNotes.filter((note) => !answer.notes.includes(note)).map((note) => `Changed: ${note}`),
  ];
  const old = generation !== opened.generation;
  return [
    ...(old ? [[span(' Before the last change; asking again …', 'doubtful')]] : []),
    ...answerTable(rows, width),
    ...notes.flatMap((note) => wrap(note, width - 4)).map((text): Line => [span(`  ${text}`, 'faint')]),
  ];
}

/** Where intervals of before and after do not fit, that of the difference still does. */
function answerTable(rows: readonly AnswerRow[], width: number): readonly Line[] {
  const nameWidth = Math.min(
    Math.floor(width * NAME_SHARE),
    Math.max(...rows.map(({ name }) => plainName(name).length), 8) + 4,
  );
  const room = width - nameWidth;
  const isChanged = rows.some(({ changed }) => changed !== null);
  if (!isChanged) {
    return rows.map(({ name, now, nowNote }) =>
      tableLine(plainName(name), [span(withInterval(now, nowNote), 'strong')], nameWidth, [room]),
    );
  }
  const widest = (full: boolean): readonly number[] =>
    [0, 1, 2].map((at) => Math.max(10, ...rows.map((row) => (cellsOf(row, full)[at] ?? '').length)) + 2);
  const full = widest(true).reduce((sum, cell) => sum + cell, 0) <= room;
  const widths = widest(full);
  const head = ['before', 'after', 'difference'].map((text) => span(text, 'faint'));
  return [
    tableLine('', head, nameWidth, widths),
    ...rows.map((row) => {
      const [now, changed, difference] = cellsOf(row, full);
      const cells = [span(now, 'strong'), span(changed, 'strong'), span(difference)];
      return tableLine(plainName(row.name), cells, nameWidth, widths);
    }),
  ];
}

/** Before, after, difference. @param full with the intervals of before and after */
function cellsOf(row: AnswerRow, full: boolean): readonly [string, string, string] {
  return [
    full ? withInterval(row.now, row.nowNote) : row.now,
    row.changed === null ? '' : full ? withInterval(row.changed, row.changedNote) : row.changed,
    row.difference === null ? '' : compactDifference(row.difference),
  ];
}

function tableLine(name: string, cells: readonly Span[], nameWidth: number, widths: readonly number[]): Line {
  return joined(
    fitted([span(`  ${name}`)], nameWidth - 1),
    [span(' ')],
    ...cells.map((cell, at) => {
      const room = (widths[at] ?? 0) - 1;
      return joined(fitted([{ ...cell, text: shortened(cell.text, room) }], room), [span(' ')]);
    }),
  );
}

/** The rule is for who reads the documents, and the columns are few. */
function plainName(name: string): string {
  return name.replace(/ \(R-[A-Z]+-\d+\)$/u, '');
}

/** `+1.9 (+1.6…+2.2)`. */
function compactDifference(text: string): string {
  const [, value = text, range = null] = /^(.*) \((.*)\)$/u.exec(text) ?? [];
  return withInterval(value, range);
}
