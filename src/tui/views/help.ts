/** Every key, and what the signs on the screen mean. */
import { span, type Line } from '../span.ts';
import type { State } from '../state.ts';
import type { Area } from './area.ts';

type Entry = readonly [key: string, does: string] | string;

const HELP: readonly Entry[] = [
  'Everywhere',
  ['1 … 5, Tab', 'timeline, causes, what-if, questions, compare'],
  ['Esc', 'back: to the list, out of a text'],
  ['x', 'take back every fix and every turned knob'],
  ['? / q / Ctrl-C', 'this page / end / end at once'],
  'Scenarios',
  ['↑ ↓ / Enter', 'choose / open'],
  ['/', 'search names and descriptions'],
  'Timeline',
  ['← → / PgUp PgDn', 'move the cursor through time, by one column or by ten'],
  ['n p', 'to the next or previous change, phase, fault or first failure'],
  ['+ - / Home End', 'zoom around the cursor / to the start, to the end'],
  ['↑ ↓', 'scroll the pods'],
  'Causes',
  ['Enter or f', 'apply the fix of the chosen cause and predict again'],
  'What-if',
  ['← → / Enter', 'turn a knob / type its value'],
  ['Backspace', 'back to what the files say'],
  'Signs',
  ['R s p u T', 'a pod that is ready, starting, pending, not ready, terminating'],
  ['!', 'a pod that still gets new connections and does not accept them'],
  ['C P F', 'a change by the engineer, a phase of the rollout, a fault'],
  ['95 %', 'an interval: 19 of 20 single runs lie in it; a difference is of the mean, paired'],
];

export function helpView({ helpTop }: State, { height }: Area): readonly Line[] {
  const lines = HELP.map((entry): Line =>
    typeof entry === 'string'
      ? [span(` ${entry}`, 'strong')]
      : [span(`   ${entry[0].padEnd(18)}`, 'accent'), span(entry[1])],
  );
  const top = Math.max(0, Math.min(helpTop, lines.length - height));
  return lines.slice(top, top + height);
}
