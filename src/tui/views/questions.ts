/** The questions on top, each with its answer in a few words; the chosen one's answer in full below. */
import { QUESTIONS } from '../../predict/what-if/questions.ts';
import { answerRows, type AnswerRow } from '../../report/text-what-if.ts';
import { wrap } from '../../report/lines.ts';
import { isTyping } from '../screen.machine.ts';
import { fitted, span, textOf, type Line } from '../span.ts';
import type { AnswerState, Opened, State } from '../state.ts';
import type { Area } from './area.ts';
import { scrolled } from './scroll.ts';

const TITLE = 46;
/** Rows that the full answer gets at least. */
const ANSWER_ROWS = 8;

export function questionsView(state: State, opened: Opened, { width, height }: Area): readonly Line[] {
  const { questions } = opened;
  const rows = Math.max(4, Math.min(QUESTIONS.length, height - 1 - ANSWER_ROWS));
  const { from, items } = scrolled(QUESTIONS, questions.index, rows);
  const list = items.map(({ id, title }, at): Line => {
    const selected = from + at === questions.index;
    const found = questions.answers[id];
    const line: Line = [
      span(
        ` ${selected ? '›' : ' '} ${title.length > TITLE ? `${title.slice(0, TITLE - 1)}…` : title.padEnd(TITLE)} `,
      ),
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
  if (found.answer === null) return [[span(' Asking …', 'faint')]];
  const old = found.generation !== opened.generation;
  const { answer } = found;
  const rows = answerRows(answer, opened.baseline.length);
  const name = Math.min(34, Math.max(...rows.map((row) => row.name.length), 8) + 3);
  const column = Math.floor((width - name - 4) / 3) - 1;
  const isChanged = rows.some(({ changed }) => changed !== null);
  const cells = ({ now, nowNote, changed, changedNote, difference }: AnswerRow): Line => [
    ...fitted([span(noted(now, nowNote), 'strong')], isChanged ? column : width - name - 3),
    span(' '),
    ...(isChanged
      ? [
          ...fitted([span(changed === null ? '' : noted(changed, changedNote), 'strong')], column),
          span(' '),
          ...fitted([span(difference ?? '')], column),
        ]
      : []),
  ];
  const head: Line = isChanged
    ? [
        span(''.padEnd(name)),
        ...['before', 'after', 'difference, 95 %'].flatMap((text) => [
          ...fitted([span(text, 'faint')], column),
          span(' '),
        ]),
      ]
    : [];
  const notes = [
    ...answer.notes,
    ...answer.changedNotes.filter((note) => !answer.notes.includes(note)).map((note) => `Changed: ${note}`),
  ];
  return [
    ...(old
      ? [[span(' Before the last change; asking again …', 'doubtful')]]
      : head.length > 0
        ? [head]
        : []),
    ...rows.map((row): Line => [...fitted([span(`  ${row.name}`)], name), ...cells(row)]),
    ...notes.flatMap((note) => wrap(note, width - 4)).map((text): Line => [span(`  ${text}`, 'faint')]),
  ];
}

function noted(text: string, note: string | null): string {
  return note === null ? text : `${text} (${note.replace(' … ', '…')})`;
}
