/** The screen around every view: what is open, which views there are, and the keys at the bottom. */
import { scenarioItems } from '../../report/scenario-line.ts';
import { plural } from '../../report/numbers.ts';
import { endedRuns } from '../figures.ts';
import { bodyHeight, COLUMNS_MIN, isTooSmall, ROWS_MIN } from '../layout.ts';
import { screenName, type ScreenName } from '../screen.machine.ts';
import { fitted, span, spread, type Line } from '../span.ts';
import { currentRuns, type Opened, type State } from '../state.ts';
import { causesView } from './causes.ts';
import { compareView } from './compare.ts';
import { helpView } from './help.ts';
import { keysOf } from './keys.ts';
import { listView } from './list.ts';
import { questionsView } from './questions.ts';
import { timelineView } from './timeline.ts';
import { whatIfView } from './what-if.ts';
import type { Area } from './area.ts';

const TABS: readonly (readonly [name: ScreenName, label: string])[] = [
  ['timeline', 'Timeline'],
  ['causes', 'Causes'],
  ['whatIf', 'What-if'],
  ['questions', 'Questions'],
  ['compare', 'Compare'],
];

/** Exactly `state.rows` lines, each of `state.columns` columns. */
export function screenLines(state: State, coloured: boolean): readonly Line[] {
  const { columns, rows } = state;
  if (isTooSmall(state)) return tooSmall(state);
  const area: Area = { width: columns, height: bodyHeight(rows), coloured };
  const body = bodyOf(state, area).slice(0, area.height);
  const lines = [
    titleLine(state),
    tabLine(state),
    [span('─'.repeat(columns), 'faint')],
    ...body,
    ...Array.from({ length: area.height - body.length }, (): Line => []),
    bottomLine(state),
  ];
  return lines.map((line) => fitted(line, columns));
}

function bodyOf(state: State, area: Area): readonly Line[] {
  const { opened } = state;
  const name = screenName(state.screen);
  if (name === 'help') return helpView(state, area);
  if (name === 'list' || opened === null) return listView(state, area);
  switch (name) {
    case 'timeline':
      return timelineView(opened, area);
    case 'causes':
      return causesView(opened, state.runsWanted, area);
    case 'whatIf':
      return whatIfView(state, opened, area);
    case 'questions':
      return questionsView(state, opened, area);
    case 'compare':
      return compareView(state, opened, area);
  }
}

function titleLine(state: State): Line {
  const { opened, columns, runsWanted } = state;
  const name = screenName(state.screen);
  if (opened === null || name === 'list') {
    const count = plural(state.list.names.length, 'scenario');
    return spread([span(' rollout-sim', 'title')], [span(`${count} `, 'faint')], columns);
  }
  const [title = '', ...items] = scenarioItems(opened.current);
  const right = [span(` ${runsText(opened, runsWanted)} `, 'faint')];
  return spread([span(` ${title}`, 'title'), span(`  ${items.join(' · ')}`)], right, columns);
}

function runsText(opened: Opened, runsWanted: number): string {
  const ended = endedRuns(currentRuns(opened)).length;
  return ended >= runsWanted ? plural(ended, 'run') : `${ended} of ${plural(runsWanted, 'run')}`;
}

function tabLine(state: State): Line {
  const name = screenName(state.screen);
  if (state.opened === null || name === 'list') return [span(' Choose a scenario', 'strong')];
  if (name === 'help') return [span(' Help', 'strong')];
  const tabs = TABS.flatMap(([tab, label], index): Line => {
    const selected = tab === name;
    return [
      span(selected ? `[${index + 1} ${label}]` : ` ${index + 1} ${label} `, selected ? 'selected' : 'plain'),
    ];
  });
  return spread([span(' '), ...tabs], changedText(state.opened), state.columns);
}

function changedText({ set, problem, configuring }: Opened): Line {
  if (problem !== null) return [span('settings refused ', 'bad')];
  if (configuring) return [span('reading … ', 'faint')];
  if (set.length === 0) return [span('as its files say ', 'faint')];
  return [span(`${plural(set.length, 'setting')} changed `, 'doubtful')];
}

function bottomLine(state: State): Line {
  const { notice, opening, columns } = state;
  if (notice !== null) return [span(` ${notice}`, 'doubtful')];
  if (opening !== null) return [span(` Reading ${opening} …`, 'faint')];
  return keysOf(state, columns);
}

function tooSmall({ columns, rows }: State): readonly Line[] {
  const text = `This needs a terminal of ${COLUMNS_MIN}×${ROWS_MIN}; it is ${columns}×${rows}. q ends.`;
  const lines: Line[] = [];
  for (let at = 0; at < text.length && lines.length < rows; at += Math.max(1, columns)) {
    lines.push([span(text.slice(at, at + columns))]);
  }
  return lines;
}
