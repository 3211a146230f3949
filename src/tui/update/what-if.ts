/** Keys on the what-if panel: choose a knob, turn it, or type its value. */
import { clamp } from '../chart/columns.ts';
import { isTyping } from '../screen.machine.ts';
import type { Key } from '../message.ts';
import { readTyped, textOf, turn, type Knob } from '../knobs.ts';
import type { Opened, State, WhatIfState } from '../state.ts';
import { configure } from './configure.ts';
import { edited, goTo, next, withOpened, type Next } from './next.ts';

export function whatIfKey(state: State, opened: Opened, key: Key): Next {
  const { knobs, whatIf } = opened;
  const knob = knobs[whatIf.index];
  if (isTyping(state.screen)) return typingKey(state, opened, key);
  const to = (index: number): Next =>
    next(withWhatIf(state, opened, { index: clamp(index, 0, Math.max(0, knobs.length - 1)) }));
  if (key === 'up') return to(whatIf.index - 1);
  if (key === 'down') return to(whatIf.index + 1);
  if (key === 'home') return to(0);
  if (key === 'end') return to(knobs.length - 1);
  if (knob === undefined) return next(state);
  if (key === 'left') return turned(state, opened, knob, turn(knob, opened.turned, -1));
  if (key === 'right') return turned(state, opened, knob, turn(knob, opened.turned, 1));
  if (key === 'backspace') return turned(state, opened, knob, knob.current);
  if (key === 'enter') return next(withWhatIf(goTo(state, { type: 'TYPE' }), opened, { typed: '' }));
  // A digit starts typing the value at once, unless it chooses a screen.
  return next(state);
}

function typingKey(state: State, opened: Opened, key: Key): Next {
  const knob = opened.knobs[opened.whatIf.index];
  if (key === 'escape' || knob === undefined) {
    return next(withWhatIf(goTo(state, { type: 'TYPED' }), opened, { typed: '' }));
  }
  if (key === 'enter') {
    if (opened.whatIf.typed.trim() === '') return next(goTo(state, { type: 'TYPED' }));
    const read = readTyped(knob, opened.whatIf.typed);
    if ('problem' in read) return next({ ...state, notice: read.problem });
    return turned(goTo(state, { type: 'TYPED' }), opened, knob, read.text);
  }
  const typed = edited(opened.whatIf.typed, key);
  return typed === null ? next(state) : next(withWhatIf(state, opened, { typed }));
}

/** A knob at its own value is not turned. */
function turned(state: State, opened: Opened, knob: Knob, text: string | null): Next {
  if (text === textOf(knob, opened.turned)) return next(state);
  const { [knob.name]: _, ...others } = opened.turned;
  const all = text === null || text === knob.current ? others : { ...others, [knob.name]: text };
  return configure(state, opened, { turned: all });
}

function withWhatIf(state: State, opened: Opened, change: Partial<WhatIfState>): State {
  return withOpened(state, { whatIf: { ...opened.whatIf, ...change } });
}
