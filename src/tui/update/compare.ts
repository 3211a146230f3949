/** Keys of the comparison: choose the scenario that is compared. */
import { clamp } from '../chart/columns.ts';
import { isTyping } from '../screen.machine.ts';
import type { Key } from '../message.ts';
import type { CompareState, Opened, State } from '../state.ts';
import { listedNames } from './list.ts';
import { edited, goTo, next, withOpened, type Next } from './next.ts';

/** Every scenario but the one that is open. */
export function comparedNames(state: State, opened: Opened): readonly string[] {
  const names = state.list.names.filter((name) => name !== opened.name);
  return listedNames({ names, descriptions: state.list.descriptions, query: opened.compare.query });
}

export function compareKey(state: State, opened: Opened, key: Key): Next {
  const { compare } = opened;
  const names = comparedNames(state, opened);
  const change = (part: Partial<CompareState>, from: State = state): Next =>
    next(withOpened(from, { compare: { ...compare, ...part } }));
  const to = (index: number): Next => change({ index: clamp(index, 0, Math.max(0, names.length - 1)) });
  if (key === 'up') return to(compare.index - 1);
  if (key === 'down') return to(compare.index + 1);
  if (key === 'home') return to(0);
  if (key === 'end') return to(names.length - 1);
  if (key === 'enter') {
    const name = names[compare.index];
    if (name === undefined) return next({ ...state, notice: 'No scenario of that name.' });
    const other = { name, runs: [], problem: null };
    return {
      ...change({ other }, goTo(state, { type: 'TYPED' })),
      effects: [{ kind: 'compare', name, generation: opened.opening }],
    };
  }
  if (isTyping(state.screen)) {
    if (key === 'escape') return change({ query: '', index: 0 }, goTo(state, { type: 'TYPED' }));
    const query = edited(compare.query, key);
    return query === null ? next(state) : change({ query, index: 0 });
  }
  if (typeof key === 'object' && key.text === '/') return next(goTo(state, { type: 'TYPE' }));
  return next(state);
}
