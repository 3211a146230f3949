/** Keys on the causes: choose one, apply its fix. */
import { clamp } from '../chart/columns.ts';
import type { Key } from '../message.ts';
import type { Opened, State } from '../state.ts';
import { applyFix } from './configure.ts';
import { next, withOpened, type Next } from './next.ts';

export function causesKey(state: State, opened: Opened, key: Key): Next {
  const { rows, index } = opened.causes;
  const count = rows?.length ?? 0;
  const to = (wanted: number): Next =>
    next(
      withOpened(state, { causes: { ...opened.causes, index: clamp(wanted, 0, Math.max(0, count - 1)) } }),
    );
  if (key === 'up') return to(index - 1);
  if (key === 'down') return to(index + 1);
  if (key === 'home') return to(0);
  if (key === 'end') return to(count - 1);
  if (key === 'enter' || (typeof key === 'object' && key.text === 'f')) {
    const fix = rows?.[index]?.fix ?? null;
    if (fix === null) return next({ ...state, notice: 'No setting of this scenario would prevent it.' });
    return applyFix(state, opened, fix);
  }
  return next(state);
}
