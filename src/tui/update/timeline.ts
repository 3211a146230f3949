/** Keys on the timeline: the cursor through time, the window around it, and the list of pods. */
import type { RunView } from '../../predict/run-view.ts';
import { clamp, type Window } from '../chart/columns.ts';
import { chartWidth } from '../layout.ts';
import type { Key } from '../message.ts';
import type { Opened, State, TimelineState } from '../state.ts';
import { next, withOpened, type Next } from './next.ts';

/** A window is never narrower. */
const WINDOW_MS_MIN = 2000;

export function windowOf({ timeline, view }: Opened): Window {
  return timeline.window ?? { fromMs: view?.startMs ?? 0, toMs: view?.endMs ?? 1 };
}

export function timelineKey(state: State, opened: Opened, key: Key): Next {
  const { view, timeline } = opened;
  if (view === null) return next(state);
  const window = windowOf(opened);
  const columnMs = (window.toMs - window.fromMs) / chartWidth(state.columns);
  const to = (cursorMs: number): Next => next(withTimeline(state, view, { cursorMs }));
  switch (key) {
    case 'left':
      return to(timeline.cursorMs - columnMs);
    case 'right':
      return to(timeline.cursorMs + columnMs);
    case 'page-up':
      return to(timeline.cursorMs - 10 * columnMs);
    case 'page-down':
      return to(timeline.cursorMs + 10 * columnMs);
    case 'home':
      return to(view.startMs);
    case 'end':
      return to(view.endMs);
    case 'up':
      return next(withTimeline(state, view, { podTop: timeline.podTop - 1 }));
    case 'down':
      return next(withTimeline(state, view, { podTop: timeline.podTop + 1 }));
    default:
  }
  if (typeof key !== 'object') return next(state);
  if (key.text === 'n') return to(nextEvent(view, timeline.cursorMs));
  if (key.text === 'p') return to(previousEvent(view, timeline.cursorMs));
  if (key.text === '+' || key.text === '=') return next(zoomed(state, opened, view, 0.5));
  if (key.text === '-') return next(zoomed(state, opened, view, 2));
  return next(state);
}

/** The cursor stays in the run, the window around the cursor, and the list of pods within their number. */
export function withTimeline(state: State, view: RunView, change: Partial<TimelineState>): State {
  const { opened } = state;
  if (opened === null) return state;
  const moved = { ...opened.timeline, ...change };
  const cursorMs = clamp(moved.cursorMs, view.startMs, view.endMs);
  const podTop = clamp(moved.podTop, 0, Math.max(0, view.pods.length - 1));
  const window = moved.window === null ? null : around(moved.window, cursorMs, view);
  return withOpened(state, { timeline: { cursorMs, podTop, window } });
}

function around({ fromMs, toMs }: Window, cursorMs: number, view: RunView): Window | null {
  const spanMs = toMs - fromMs;
  if (spanMs >= view.endMs - view.startMs) return null;
  const shiftMs = cursorMs < fromMs ? cursorMs - fromMs : Math.max(0, cursorMs - toMs);
  const start = clamp(fromMs + shiftMs, view.startMs, view.endMs - spanMs);
  return { fromMs: start, toMs: start + spanMs };
}

/** Around the cursor, which keeps its column. */
function zoomed(state: State, opened: Opened, view: RunView, factor: number): State {
  const { fromMs, toMs } = windowOf(opened);
  const { cursorMs } = opened.timeline;
  const spanMs = Math.max(WINDOW_MS_MIN, (toMs - fromMs) * factor);
  const share = (cursorMs - fromMs) / Math.max(1, toMs - fromMs);
  const start = cursorMs - share * spanMs;
  return withTimeline(state, view, { window: { fromMs: start, toMs: start + spanMs } });
}

/** Failures so far apart are told as separate ones. */
const QUIET_MS = 1000;

/** Instants worth looking at: what is marked, and where requests begin to fail after a while without. */
function eventsOf({ failed, markers, startMs, binMs }: RunView): readonly number[] {
  const quietBins = Math.ceil(QUIET_MS / binMs);
  const begins: number[] = [];
  let lastFailed = -quietBins - 1;
  for (const [bin, count] of failed.entries()) {
    if (count === 0) continue;
    if (bin - lastFailed > quietBins) begins.push(startMs + bin * binMs);
    lastFailed = bin;
  }
  return [...markers.map(({ timeMs }) => timeMs), ...begins].toSorted((a, b) => a - b);
}

function nextEvent(view: RunView, cursorMs: number): number {
  return eventsOf(view).find((timeMs) => timeMs > cursorMs) ?? view.endMs;
}

function previousEvent(view: RunView, cursorMs: number): number {
  return eventsOf(view).findLast((timeMs) => timeMs < cursorMs) ?? view.startMs;
}
