/** The list of scenarios, with what the chosen one is about. */
import { wrap } from '../../report/lines.ts';
import { isTyping } from '../screen.machine.ts';
import { fitted, span, type Line } from '../span.ts';
import type { State } from '../state.ts';
import { listedNames } from '../update/list.ts';
import type { Area } from './area.ts';
import { scrolled } from './scroll.ts';

const ABOUT_ROWS = 5;

export function listView(state: State, { width, height }: Area): readonly Line[] {
  const { list } = state;
  const names = listedNames(list);
  const rows = height - ABOUT_ROWS - 2;
  const nameWidth = Math.max(...list.names.map((name) => name.length), 10) + 2;
  const { from, items } = scrolled(names, list.index, rows);
  const lines = items.map((name, index): Line => {
    const selected = from + index === list.index;
    const about = list.descriptions[name]?.description ?? '';
    const text = ` ${selected ? '›' : ' '} ${name.padEnd(nameWidth)}`;
    const open = state.opened?.name === name ? '● ' : '';
    return selected
      ? [
          {
            text: [...fitted([span(`${text}${open}${about}`)], width)].map((part) => part.text).join(''),
            tone: 'selected',
          },
        ]
      : [span(text, 'plain'), span(open, 'accent'), span(about, 'faint')];
  });
  const empty: Line = [span('   No scenario has these words. Esc shows all of them.', 'doubtful')];
  const shown = names.length === 0 ? [empty] : lines;
  const filled = [...shown, ...Array.from({ length: Math.max(0, rows - shown.length) }, (): Line => [])];
  const chosen = list.descriptions[names[list.index] ?? ''];
  const about = chosen === undefined ? [] : wrap(chosen.teaches, width - 4).slice(0, ABOUT_ROWS - 1);
  return [
    searchLine(state),
    ...filled,
    ruleLine(from, items.length, names.length, width),
    ...about.map((text) => [span(`  ${text}`)]),
  ];
}

/** Under a list that is longer than its rows it says which part that is. */
function ruleLine(from: number, shown: number, all: number, width: number): Line {
  const part = shown < all ? ` ${from + 1}–${from + shown} of ${all} ` : '';
  return [span(`${'─'.repeat(Math.max(0, width - part.length - 2))}${part}──`, 'faint')];
}

function searchLine(state: State): Line {
  const { query } = state.list;
  if (isTyping(state.screen)) return [span(' / ', 'accent'), span(query), span('▏', 'accent')];
  return query === '' ? [] : [span(` / ${query}`, 'accent')];
}
