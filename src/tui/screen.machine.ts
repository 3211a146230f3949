/**
 * Which screen has the keyboard. Only the modes live here; what each screen shows is plain state beside it.
 */
import { initialTransition, matchesState, setup, transition, type Snapshot, type StateValue } from 'xstate';

export type ScreenEvent =
  | { readonly type: 'OPEN' }
  | { readonly type: 'LIST' }
  | { readonly type: 'TIMELINE' }
  | { readonly type: 'CAUSES' }
  | { readonly type: 'WHAT_IF' }
  | { readonly type: 'QUESTIONS' }
  | { readonly type: 'COMPARE' }
  /** Keys become text: a search, a value, a question. */
  | { readonly type: 'TYPE' }
  | { readonly type: 'TYPED' }
  | { readonly type: 'HELP' }
  | { readonly type: 'BACK' };

const machine = setup({ types: { events: {} as ScreenEvent } }).createMachine({
  id: 'screen',
  initial: 'at',
  states: {
    at: {
      initial: 'list',
      on: { HELP: 'help' },
      states: {
        list: {
          initial: 'browsing',
          on: { OPEN: 'scenario' },
          states: { browsing: { on: { TYPE: 'typing' } }, typing: { on: { TYPED: 'browsing' } } },
        },
        scenario: {
          initial: 'timeline',
          on: {
            LIST: 'list',
            OPEN: '.timeline',
            TIMELINE: '.timeline',
            CAUSES: '.causes',
            WHAT_IF: '.whatIf',
            QUESTIONS: '.questions',
            COMPARE: '.compare',
          },
          states: {
            timeline: {},
            causes: {},
            whatIf: {
              initial: 'browsing',
              states: { browsing: { on: { TYPE: 'typing' } }, typing: { on: { TYPED: 'browsing' } } },
            },
            questions: {
              initial: 'browsing',
              states: { browsing: { on: { TYPE: 'typing' } }, typing: { on: { TYPED: 'browsing' } } },
            },
            compare: {
              initial: 'browsing',
              states: { browsing: { on: { TYPE: 'typing' } }, typing: { on: { TYPED: 'browsing' } } },
            },
          },
        },
        // Help goes back to where it was asked for, to the letter.
        back: { type: 'history', history: 'deep' },
      },
    },
    help: { on: { BACK: 'at.back', HELP: 'at.back' } },
  },
});

export type ScreenSnapshot = Snapshot<unknown> & { readonly value: StateValue };

export type ScreenName = 'list' | 'timeline' | 'causes' | 'whatIf' | 'questions' | 'compare' | 'help';

export function firstScreen(): ScreenSnapshot {
  return initialTransition(machine)[0];
}

/** An event that the mode does not know changes nothing. */
export function nextScreen(screen: ScreenSnapshot, event: ScreenEvent): ScreenSnapshot {
  return transition(machine, screen as MachineSnapshot, event)[0];
}

type MachineSnapshot = Parameters<typeof transition<typeof machine>>[1];

const SCENARIO_SCREENS = ['timeline', 'causes', 'whatIf', 'questions', 'compare'] as const;

export function screenName({ value }: ScreenSnapshot): ScreenName {
  if (matchesState('help', value)) return 'help';
  return SCENARIO_SCREENS.find((name) => matchesState({ at: { scenario: name } }, value)) ?? 'list';
}

/** Whether letters are text now and no commands. */
export function isTyping({ value }: ScreenSnapshot): boolean {
  return (
    matchesState({ at: { list: 'typing' } }, value) ||
    SCENARIO_SCREENS.some((name) => matchesState({ at: { scenario: { [name]: 'typing' } } }, value))
  );
}
