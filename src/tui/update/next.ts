/** What an update gives: the new state, and what is to be done behind the screen. */
import { nextScreen, type ScreenEvent } from '../screen.machine.ts';
import { lettersOf } from '../span.ts';
import type { Effect } from '../message.ts';
import type { Opened, State } from '../state.ts';

export interface Next {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export function next(state: State, ...effects: readonly Effect[]): Next {
  return { state, effects };
}

export function withOpened(state: State, change: Partial<Opened>): State {
  return state.opened === null ? state : { ...state, opened: { ...state.opened, ...change } };
}

export function goTo(state: State, event: ScreenEvent): State {
  return { ...state, screen: nextScreen(state.screen, event) };
}

/** A text field's value after a key; null when the key is none of its own. */
export function edited(text: string, key: string | { readonly text: string }): string | null {
  if (key === 'backspace') return lettersOf(text).slice(0, -1).join('');
  if (typeof key === 'string') return null;
  return (
    text +
    lettersOf(key.text)
      .filter((letter) => letter >= ' ')
      .join('')
  ).slice(0, TEXT_MAX);
}

const TEXT_MAX = 80;
