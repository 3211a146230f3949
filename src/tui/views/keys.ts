/** The keys that matter now, in one line: most important first, as many as fit. */
import { isTyping, screenName } from '../screen.machine.ts';
import { span, widthOf, type Line } from '../span.ts';
import type { State } from '../state.ts';

type KeyHint = readonly [key: string, does: string];

const ALWAYS: readonly KeyHint[] = [
  ['?', 'help'],
  ['q', 'quit'],
];

function hintsOf(state: State): readonly KeyHint[] {
  const typing = isTyping(state.screen);
  const changed = (state.opened?.set.length ?? 0) > 0;
  const takeBack: readonly KeyHint[] = changed ? [['x', 'undo all']] : [];
  switch (screenName(state.screen)) {
    case 'list':
      return typing
        ? [
            ['Enter', 'open'],
            ['Esc', 'end search'],
            ['↑↓', 'choose'],
          ]
        : [['↑↓', 'choose'], ['Enter', 'open'], ['/', 'search'], ...ALWAYS];
    case 'timeline':
      return [
        ['←→', 'time'],
        ['n p', 'next, previous event'],
        ['+ -', 'zoom'],
        ['↑↓', 'pods'],
        ['Esc', 'list'],
        ...takeBack,
        ...ALWAYS,
      ];
    case 'causes':
      return [
        ['↑↓', 'choose'],
        ['Enter', 'apply the fix'],
        ['Tab', 'next view'],
        ['Esc', 'list'],
        ...takeBack,
        ...ALWAYS,
      ];
    case 'whatIf':
      return typing
        ? [
            ['Enter', 'set'],
            ['Esc', 'leave as it is'],
          ]
        : [
            ['↑↓', 'field'],
            ['←→', 'change'],
            ['Enter', 'type a value'],
            ['⌫', 'as it was'],
            ['Esc', 'list'],
            ...takeBack,
            ...ALWAYS,
          ];
    case 'questions':
      return typing
        ? [
            ['Enter', 'ask'],
            ['Esc', 'leave it'],
          ]
        : [
            ['↑↓', 'choose'],
            ['Enter', 'ask'],
            ['/', 'ask in your words'],
            ['Esc', 'list'],
            ...takeBack,
            ...ALWAYS,
          ];
    case 'compare':
      return typing
        ? [
            ['Enter', 'compare'],
            ['Esc', 'end search'],
            ['↑↓', 'choose'],
          ]
        : [['↑↓', 'choose'], ['Enter', 'compare'], ['/', 'search'], ['Esc', 'list'], ...takeBack, ...ALWAYS];
    case 'help':
      return [
        ['Esc', 'back'],
        ['↑↓', 'scroll'],
        ['q', 'quit'],
      ];
  }
}

export function keysOf(state: State, width: number): Line {
  const hints = hintsOf(state);
  const line = (kept: readonly KeyHint[]): Line =>
    kept.flatMap(([key, does]) => [span(` ${key}`, 'accent'), span(` ${does} `, 'faint')]);
  // Help and quit stay; what is before them gives way, the last first.
  const kept = [...hints];
  while (widthOf(line(kept)) > width && kept.length > ALWAYS.length)
    kept.splice(kept.length - ALWAYS.length - 1, 1);
  return line(kept);
}
