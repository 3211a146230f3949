/** Two scenarios side by side, run with the same seeds. */
import { endedRuns, figuresOf } from '../figures.ts';
import { isTyping } from '../screen.machine.ts';
import { fitted, span, textOf, type Line } from '../span.ts';
import { currentRuns, type Opened, type State } from '../state.ts';
import { comparedNames } from '../update/compare.ts';
import type { Area } from './area.ts';
import { figureTable } from './figure-table.ts';
import { scrolled } from './scroll.ts';
import { settledLine } from './settled.ts';

const LIST_ROWS = 5;

export function compareView(state: State, opened: Opened, { width, height }: Area): readonly Line[] {
  const { compare } = opened;
  const names = comparedNames(state, opened);
  const listRows = compare.other === null ? height - 2 : Math.max(LIST_ROWS, height - 16);
  const { from, items } = scrolled(names, compare.index, listRows);
  const list = items.map((name, at): Line => {
    const selected = from + at === compare.index;
    const about = state.list.descriptions[name]?.description ?? '';
    const line: Line = [span(` ${selected ? '›' : ' '} ${name.padEnd(28)}`), span(about, 'faint')];
    return selected ? [{ text: textOf(fitted(line, width)), tone: 'selected' }] : line;
  });
  const asked = isTyping(state.screen) ? ` / ${compare.query}▏` : ` Compare ${opened.name} with`;
  const empty: Line = [span('   No other scenario has these words. Esc shows all of them.', 'doubtful')];
  return [
    [span(asked, 'strong')],
    ...(names.length === 0 ? [empty] : list),
    ...tableOf(state, opened, width),
  ];
}

function tableOf({ runsWanted }: State, opened: Opened, width: number): readonly Line[] {
  const { other } = opened.compare;
  if (other === null) return [];
  const rule: Line = [span('─'.repeat(width), 'faint')];
  if (other.problem !== null) return [rule, [span(` ${other.name}: ${other.problem}`, 'bad')]];
  const runs = currentRuns(opened);
  const changed = opened.set.length === 0 ? '' : ' (changed)';
  return [
    rule,
    settledLine(endedRuns(runs), endedRuns(other.runs), runsWanted),
    ...figureTable(figuresOf(runs, other.runs), {
      width,
      before: `${opened.name}${changed}`,
      after: other.name,
      runsBefore: endedRuns(runs).length,
      runsAfter: endedRuns(other.runs).length,
    }),
  ];
}
