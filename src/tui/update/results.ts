/** What comes back from behind the screen. Answers to a configuration that is no longer wanted change nothing. */
import { endedRuns, type Runs } from '../figures.ts';
import { knobsOf } from '../knobs.ts';
import type { Effect, Message } from '../message.ts';
import { screenName } from '../screen.machine.ts';
import { currentRuns, type ListState, type Opened, type State } from '../state.ts';
import { listedNames } from './list.ts';
import { asking } from './questions.ts';
import { goTo, next, withOpened, type Next } from './next.ts';
import { withTimeline } from './timeline.ts';

type MessageOf<K extends Message['kind']> = Extract<Message, { readonly kind: K }>;

export function opened(state: State, { name, scenario }: MessageOf<'opened'>): Next {
  if (state.opening !== name) return next(state);
  const generation = (state.opened?.generation ?? 0) + 1;
  const fresh: Opened = {
    name,
    base: scenario,
    fixes: [],
    fixed: scenario,
    knobs: knobsOf(scenario),
    turned: {},
    current: scenario,
    set: [],
    opening: generation,
    generation,
    configuring: false,
    problem: null,
    baseline: [],
    after: null,
    view: null,
    viewIsOld: false,
    timeline: { cursorMs: 0, window: null, podTop: 0 },
    causes: { index: 0, rows: null },
    whatIf: { index: 0, typed: '' },
    questions: { index: 0, typed: '', answers: {} },
    compare: { query: '', index: 0, other: null },
  };
  return next(
    goTo({ ...state, opening: null, opened: fresh, list: atName(state.list, name) }, { type: 'OPEN' }),
    { kind: 'view', generation, scenario, isShown: true },
    { kind: 'predict', slot: 'baseline', generation, scenario },
  );
}

/** So that the list, when it is asked for again, stands where it was left. */
function atName(list: ListState, name: string): ListState {
  const index = listedNames(list).indexOf(name);
  return index === -1 ? list : { ...list, index };
}

export function notOpened(state: State, { name, problems }: MessageOf<'not-opened'>): Next {
  if (state.opening !== name) return next(state);
  const [first = 'it cannot be read', ...rest] = problems;
  const more = rest.length === 0 ? '' : ` (and ${rest.length} more: sim lint ${name})`;
  return next({ ...state, opening: null, notice: `${name}: ${first}${more}` });
}

export function configured(state: State, message: MessageOf<'configured'>): Next {
  const { generation, fixed, current, set } = message;
  const opened = state.opened;
  if (opened === null || opened.generation !== generation) return next(state);
  const same = current.digest === opened.base.digest;
  const changed: Opened = {
    ...opened,
    fixed,
    current,
    set,
    knobs: fixed === opened.fixed ? opened.knobs : knobsOf(fixed),
    configuring: false,
    after: same ? null : [],
    viewIsOld: true,
    causes: { index: 0, rows: null },
  };
  const whatIf = {
    ...opened.whatIf,
    index: Math.min(opened.whatIf.index, Math.max(0, changed.knobs.length - 1)),
  };
  const settled = { ...state, opened: { ...changed, whatIf } };
  const isShown = screenName(state.screen) === 'timeline';
  const view: Effect = { kind: 'view', generation, scenario: current, isShown };
  return same
    ? next(settled, view, ...explaining(settled, changed))
    : next(settled, { kind: 'predict', slot: 'after', generation, scenario: current }, view);
}

export function notConfigured(state: State, { generation, problem }: MessageOf<'not-configured'>): Next {
  if (state.opened?.generation !== generation) return next(state);
  return next(withOpened(state, { configuring: false, problem }));
}

export function ran(state: State, { slot, generation, runs }: MessageOf<'ran'>): Next {
  const { opened } = state;
  if (opened === null) return next(state);
  const wanted = slot === 'after' ? opened.generation : opened.opening;
  if (generation !== wanted) return next(state);
  const merge = (earlier: Runs): Runs => {
    const all = Array.from({ length: state.runsWanted }, (_, index) => earlier[index]);
    for (const { index, run } of runs) if (index < all.length) all[index] = run;
    return all;
  };
  switch (slot) {
    case 'baseline':
      return settle(state, { ...opened, baseline: merge(opened.baseline) });
    case 'after':
      return opened.after === null ? next(state) : settle(state, { ...opened, after: merge(opened.after) });
    case 'other': {
      const { other } = opened.compare;
      if (other === null) return next(state);
      return next(
        withOpened(state, { compare: { ...opened.compare, other: { ...other, runs: merge(other.runs) } } }),
      );
    }
  }
}

function settle(state: State, opened: Opened): Next {
  const settled = { ...state, opened };
  return next(settled, ...explaining(settled, opened));
}

/** Once every run of what is on the screen has ended, its causes are worked out and its questions answered anew. */
function explaining(state: State, opened: Opened): readonly Effect[] {
  const runs = endedRuns(currentRuns(opened));
  if (runs.length < state.runsWanted || opened.causes.rows !== null || opened.configuring) return [];
  const { generation, current: scenario, set } = opened;
  return [{ kind: 'explain', generation, scenario, set, runs }, ...asking(opened)];
}

export function viewed(state: State, { generation, view }: MessageOf<'viewed'>): Next {
  const { opened } = state;
  if (opened === null || opened.generation !== generation) return next(state);
  const firstMs = opened.view === null ? firstInteresting(view) : opened.timeline.cursorMs;
  const shown = withOpened(state, { view, viewIsOld: false });
  return next(withTimeline(shown, view, { cursorMs: firstMs }));
}

/** The cursor starts where something fails, or else at the first change. */
function firstInteresting({ failed, startMs, binMs, markers }: MessageOf<'viewed'>['view']): number {
  const bin = failed.findIndex((count) => count > 0);
  return bin === -1 ? (markers[0]?.timeMs ?? startMs) : startMs + (bin + 1) * binMs;
}

export function explained(state: State, { generation, rows }: MessageOf<'explained'>): Next {
  const { opened } = state;
  if (opened === null || opened.generation !== generation) return next(state);
  return next(withOpened(state, { causes: { index: 0, rows } }));
}

/** The same fix can stand beside several causes. */
export function fixTried(state: State, { generation, key, failed }: MessageOf<'fix-tried'>): Next {
  const { opened } = state;
  if (opened === null || opened.generation !== generation || opened.causes.rows === null) return next(state);
  const rows = opened.causes.rows.map((row) => {
    if (row.fix?.set.join('\n') !== key) return row;
    return { ...row, fix: failed === null ? null : { ...row.fix, failed } };
  });
  return next(withOpened(state, { causes: { ...opened.causes, rows } }));
}

export function answered(state: State, { generation, answer }: MessageOf<'answered'>): Next {
  const { opened } = state;
  if (opened === null || opened.generation !== generation) return next(state);
  const { questions } = opened;
  const answers = { ...questions.answers, [answer.question]: { generation, answer } };
  return next(withOpened(state, { questions: { ...questions, answers } }));
}

export function notCompared(state: State, { problem }: MessageOf<'not-compared'>): Next {
  const other = state.opened?.compare.other ?? null;
  if (state.opened === null || other === null) return next(state);
  return next(withOpened(state, { compare: { ...state.opened.compare, other: { ...other, problem } } }));
}
