/**
 * Preloaded into the program (`node --import`): the key `Z` breaks it in the way that BREAK_INSIDE names. Modules are
 * changed as they are loaded, so that the program itself has no part that is there for tests.
 */
import { registerHooks } from 'node:module';

const way = process.env['BREAK_INSIDE'] ?? '';

interface Altered {
  readonly module: string;
  /** The beginning of a function, and what comes behind it. */
  readonly at: string;
  readonly code: string;
}

const ON_KEY = { module: '/tui/update.js', at: 'export function update(state, message) {' };
const FAULT = `throw new Error('broken on purpose');`;

const WAYS: Readonly<Record<string, Altered>> = {
  key: { ...ON_KEY, code: `if (message.key?.text === 'Z') ${FAULT}` },
  later: { ...ON_KEY, code: `if (message.key?.text === 'Z') setTimeout(() => { ${FAULT} }, 10);` },
  promise: { ...ON_KEY, code: `if (message.key?.text === 'Z') void (async () => { ${FAULT} })();` },
  paint: {
    module: '/tui/views/frame.js',
    at: 'export function screenLines(state, coloured) {',
    code: `if (state.screen.value.at?.scenario === 'causes') ${FAULT}`,
  },
  thread: {
    module: '/predict/worker.js',
    at: 'export default function work(task) {',
    code: `if (task.kind === undefined && task.scenario.traffic.rate[0].rateRps === 77) ${FAULT}`,
  },
};

const altered = WAYS[way];
if (altered !== undefined) {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.endsWith(altered.module)) return loaded;
      const { source: given = null } = loaded;
      if (given === null) return loaded;
      const source = typeof given === 'string' ? given : new TextDecoder().decode(given);
      if (!source.includes(altered.at)) throw new Error(`${altered.module} has no ${altered.at}`);
      return { ...loaded, source: source.replace(altered.at, `${altered.at} ${altered.code}`) };
    },
  });
}
