/** Keys on the scenario list: choose, search, open. */
import { clamp } from '../chart/columns.ts';
import { isTyping } from '../screen.machine.ts';
import type { Key } from '../message.ts';
import type { ListState, State } from '../state.ts';
import { edited, goTo, next, type Next } from './next.ts';

/** Names that hold every word of the query, in themselves or in what is said about them. */
export function listedNames({ names, descriptions, query }: Omit<ListState, 'index'>): readonly string[] {
  const words = query.toLowerCase().split(/\s+/u).filter(Boolean);
  return names.filter((name) => {
    const about = descriptions[name];
    const text = `${name} ${about?.description ?? ''} ${about?.teaches ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function listKey(state: State, key: Key): Next {
  const { list } = state;
  const names = listedNames(list);
  const move = (by: number): Next =>
    next(withList(state, { index: clamp(list.index + by, 0, Math.max(0, names.length - 1)) }));
  if (key === 'up') return move(-1);
  if (key === 'down') return move(1);
  if (key === 'page-up') return move(-10);
  if (key === 'page-down') return move(10);
  if (key === 'home') return move(-names.length);
  if (key === 'end') return move(names.length);
  if (key === 'enter') {
    const name = names[list.index];
    if (name === undefined) return next({ ...state, notice: 'No scenario of that name.' });
    return next({ ...goTo(state, { type: 'TYPED' }), opening: name }, { kind: 'open', name });
  }
  return isTyping(state.screen) ? searchKey(state, key) : browseKey(state, key);
}

function searchKey(state: State, key: Key): Next {
  if (key === 'escape') {
    return next(withList(goTo(state, { type: 'TYPED' }), { query: '', index: 0 }));
  }
  const query = edited(state.list.query, key);
  return query === null ? next(state) : next(withList(state, { query, index: 0 }));
}

function browseKey(state: State, key: Key): Next {
  if (typeof key === 'object' && key.text === '/') return next(goTo(state, { type: 'TYPE' }));
  if (key === 'escape') {
    // Back to the scenario that is open, or out of a search.
    if (state.list.query !== '') return next(withList(state, { query: '', index: 0 }));
    return state.opened === null ? next(state) : next(goTo(state, { type: 'OPEN' }));
  }
  return next(state);
}

function withList(state: State, change: Partial<ListState>): State {
  return { ...state, list: { ...state.list, ...change } };
}
