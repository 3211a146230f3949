/** The keys that matter now, in one line: most important first, as many as fit. */
import { isTyping, screenName, type ScreenName } from '../screen.machine.ts';
import { span, widthOf, type Line } from '../span.ts';
import type { State } from '../state.ts';

type KeyHint = readonly [key: string, does: string];

/** They stay whatever the width. */
const ALWAYS: readonly KeyHint[] = [
  ['?', 'help'],
  ['q', 'quit'],
];

const CHOOSE: KeyHint = ['↑↓', 'choose'];
const LIST: KeyHint = ['Esc', 'list'];
const SEARCH: KeyHint = ['/', 'search'];

const HINTS: Readonly<Record<ScreenName, readonly KeyHint[]>> = {
  list: [CHOOSE, ['Enter', 'open'], SEARCH],
  timeline: [['←→', 'time'], ['n p', 'next, previous event'], ['+ -', 'zoom'], ['↑↓', 'pods'], LIST],
  causes: [CHOOSE, ['Enter', 'apply the fix'], ['Tab', 'next view'], LIST],
  whatIf: [['↑↓', 'field'], ['←→', 'change'], ['Enter', 'type a value'], ['⌫', 'as it was'], LIST],
  questions: [CHOOSE, ['Enter', 'ask'], ['/', 'ask in your words'], LIST],
  compare: [CHOOSE, ['Enter', 'compare'], SEARCH, LIST],
  help: [
    ['Esc', 'back'],
    ['↑↓', 'scroll'],
  ],
};

const TYPING_HINTS: Partial<Record<ScreenName, readonly KeyHint[]>> = {
  list: [['Enter', 'open'], ['Esc', 'end search'], CHOOSE],
  whatIf: [
    ['Enter', 'set'],
    ['Esc', 'leave it as it is'],
  ],
  questions: [
    ['Enter', 'ask'],
    ['Esc', 'leave it'],
  ],
  compare: [['Enter', 'compare'], ['Esc', 'end search'], CHOOSE],
};

export function keysOf(state: State, width: number): Line {
  const name = screenName(state.screen);
  if (isTyping(state.screen)) return keyLine(TYPING_HINTS[name] ?? []);
  const changed = name !== 'list' && name !== 'help' && (state.opened?.set.length ?? 0) > 0;
  const hints = [...HINTS[name]];
  if (changed) hints.splice(2, 0, ['x', 'undo all']);
  while (widthOf(keyLine([...hints, ...ALWAYS])) > width && hints.length > 0) hints.pop();
  return keyLine([...hints, ...ALWAYS]);
}

function keyLine(hints: readonly KeyHint[]): Line {
  return hints.flatMap(([key, does]) => [span(` ${key}`, 'accent'), span(` ${does} `, 'faint')]);
}
