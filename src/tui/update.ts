/** Message → state. Pure: what is to be done behind the screen comes out as effects. */
import { helpTopMax } from './help-page.ts';
import { bodyHeight } from './layout.ts';
import type { Key, Message } from './message.ts';
import { isTyping, screenName, type ScreenEvent } from './screen.machine.ts';
import type { State } from './state.ts';
import { causesKey } from './update/causes.ts';
import { compareKey } from './update/compare.ts';
import { takeBack } from './update/configure.ts';
import { listKey } from './update/list.ts';
import { goTo, next, type Next } from './update/next.ts';
import { questionsKey } from './update/questions.ts';
import {
  answered,
  configured,
  explained,
  fixTried,
  notCompared,
  notConfigured,
  notOpened,
  opened,
  ran,
  viewed,
} from './update/results.ts';
import { timelineKey } from './update/timeline.ts';
import { whatIfKey } from './update/what-if.ts';

export function update(state: State, message: Message): Next {
  switch (message.kind) {
    case 'key':
      return pressed({ ...state, notice: null }, message.key);
    case 'resized':
      return next({ ...state, columns: message.columns, rows: message.rows });
    case 'described': {
      const descriptions = { ...state.list.descriptions, [message.name]: message.description };
      return next({ ...state, list: { ...state.list, descriptions } });
    }
    case 'opened':
      return opened(state, message);
    case 'not-opened':
      return notOpened(state, message);
    case 'configured':
      return configured(state, message);
    case 'not-configured':
      return notConfigured(state, message);
    case 'ran':
      return ran(state, message);
    case 'viewed':
      return viewed(state, message);
    case 'explained':
      return explained(state, message);
    case 'fix-tried':
      return fixTried(state, message);
    case 'answered':
      return answered(state, message);
    case 'not-compared':
      return notCompared(state, message);
  }
}

const SCREENS: readonly ScreenEvent[] = [
  { type: 'TIMELINE' },
  { type: 'CAUSES' },
  { type: 'WHAT_IF' },
  { type: 'QUESTIONS' },
  { type: 'COMPARE' },
];
const SCREEN_NAMES = ['timeline', 'causes', 'whatIf', 'questions', 'compare'];

function pressed(state: State, key: Key): Next {
  if (key === 'interrupt') return next(state, { kind: 'quit', interrupted: true });
  if (!isTyping(state.screen)) {
    const done = command(state, key);
    if (done !== null) return done;
  }
  const { opened } = state;
  switch (screenName(state.screen)) {
    case 'help':
      return helpKey(state, key);
    case 'list':
      return listKey(state, key);
    case 'timeline':
      return opened === null ? next(state) : timelineKey(state, opened, key);
    case 'causes':
      return opened === null ? next(state) : causesKey(state, opened, key);
    case 'whatIf':
      return opened === null ? next(state) : whatIfKey(state, opened, key);
    case 'questions':
      return opened === null ? next(state) : questionsKey(state, opened, key);
    case 'compare':
      return opened === null ? next(state) : compareKey(state, opened, key);
  }
}

/** Keys that mean the same on every screen; null when the key is none of them. */
function command(state: State, key: Key): Next | null {
  const name = screenName(state.screen);
  if (typeof key === 'object') {
    const { text } = key;
    if (text === 'q') return next(state, { kind: 'quit', interrupted: false });
    if (text === '?') return next({ ...goTo(state, { type: 'HELP' }), helpTop: 0 });
    if (state.opened === null || name === 'list' || name === 'help') return null;
    const screen = SCREENS[Number(text) - 1];
    if (screen !== undefined) return next(goTo(state, screen));
    if (text === 'x') return takeBack(state, state.opened);
    return null;
  }
  if (name === 'list' || name === 'help') return null;
  if (key === 'escape') return next(goTo(state, { type: 'LIST' }));
  if (key === 'tab' || key === 'back-tab') {
    const at = SCREEN_NAMES.indexOf(name) + (key === 'tab' ? 1 : SCREENS.length - 1);
    const screen = SCREENS[at % SCREENS.length];
    return screen === undefined ? null : next(goTo(state, screen));
  }
  return null;
}

function helpKey(state: State, key: Key): Next {
  if (key === 'escape' || key === 'enter') return next(goTo(state, { type: 'BACK' }));
  const topMax = helpTopMax(bodyHeight(state.rows));
  if (key === 'down') return next({ ...state, helpTop: Math.min(topMax, state.helpTop + 1) });
  if (key === 'up') return next({ ...state, helpTop: Math.max(0, state.helpTop - 1) });
  return next(state);
}
