/** Every key, and what the signs on the screen mean. */

/** A heading, or a key with what it does. */
export type HelpEntry = readonly [key: string, does: string] | string;

export const HELP: readonly HelpEntry[] = [
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
  'Questions, compare',
  ['↑ ↓ / Enter', 'choose / ask, compare'],
  ['/', 'ask in your own words, search names and descriptions'],
  'Signs',
  ['R s p u T', 'a pod: ready, starting, pending, not ready, terminating'],
  ['!', 'a pod that still gets new connections and does not accept them'],
  ['C P F', 'a change by the engineer, a phase of the rollout, a fault'],
  ['95 %', 'an interval: 19 of 20 single runs lie in it; a difference is of the mean, paired'],
];

/** How far the page can be scrolled in so many rows. */
export function helpTopMax(height: number): number {
  return Math.max(0, HELP.length - height);
}
