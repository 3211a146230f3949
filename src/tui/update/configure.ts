/** A scenario with other settings: from fixes and knobs, or back to what it was. */
import type { AppliedFix, Opened, State } from '../state.ts';
import type { Turned } from '../knobs.ts';
import { next, withOpened, type Next } from './next.ts';

/** Asks for the scenario with these fixes and knobs; the answer to any earlier asking is no longer wanted. */
export function configure(
  state: State,
  opened: Opened,
  change: { readonly fixes?: readonly AppliedFix[]; readonly turned?: Turned },
): Next {
  const { fixes = opened.fixes, turned = opened.turned } = change;
  const generation = opened.generation + 1;
  return next(withOpened(state, { fixes, turned, generation, configuring: true, problem: null }), {
    kind: 'configure',
    generation,
    fixes,
    turned,
  });
}

/** What the knobs did stays as it is, below the fix: the knobs now turn the fixed scenario. */
export function applyFix(state: State, opened: Opened, { title, set }: AppliedFix): Next {
  const byFixes = opened.fixes.reduce((sum, fix) => sum + fix.set.length, 0);
  const byKnobs = opened.set.slice(byFixes);
  const turnedBefore = byKnobs.length === 0 ? [] : [{ title: 'what the knobs did', set: byKnobs }];
  return configure(state, opened, {
    fixes: [...opened.fixes, ...turnedBefore, { title, set }],
    turned: {},
  });
}

export function takeBack(state: State, opened: Opened): Next {
  if (opened.fixes.length === 0 && Object.keys(opened.turned).length === 0) {
    return next({ ...state, notice: 'Nothing is changed.' });
  }
  return configure(state, opened, { fixes: [], turned: {} });
}
