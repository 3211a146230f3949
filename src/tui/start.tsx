/** Puts the terminal UI on the screen, and leaves the terminal as it was: after q, Ctrl-C, or a mistake of ours. */
import { setImmediate } from 'node:timers/promises';
import { render } from 'ink';
import { openLiveRunner, type LiveEngine } from '../predict/live-runner.ts';
import { App } from './app.tsx';
import { Desk } from './desk.ts';
import type { Message } from './message.ts';
import type { ScenarioSource } from './source.ts';
import { initialState } from './state.ts';

export interface StartOptions {
  readonly source: ScenarioSource;
  /** Opened at once when given. */
  readonly scenario: string | null;
  readonly runs: number;
  readonly seed: number;
  readonly engine: LiveEngine;
  readonly workers: number;
  readonly coloured: boolean;
  /** Aborted from outside: the same as Ctrl-C. */
  readonly signal: AbortSignal;
}

/** More is more than anyone sees; less makes an answer wait for its picture. */
const FRAMES_PER_SECOND = 60;

export type Ended = 'quit' | 'interrupted';

/** @throws whatever broke, once the terminal is as it was */
export async function startTerminalUi(options: StartOptions): Promise<Ended> {
  const { source, scenario, runs, seed, engine, workers, coloured, signal } = options;
  const runner = openLiveRunner(workers, engine);
  let end!: (result: Ended) => void;
  let fail!: (error: unknown) => void;
  const ended = new Promise<Ended>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  let send: ((message: Message) => void) | null = null;
  const desk = new Desk({
    source,
    runner,
    runs,
    seed,
    send: (message) => {
      send?.(message);
    },
    pause: async () => setImmediate(),
    later: (delayMs, task) => {
      setTimeout(task, delayMs).unref();
    },
    quit: (interrupted) => {
      end(interrupted ? 'interrupted' : 'quit');
    },
    crash: fail,
  });
  const interrupt = (): void => {
    end('interrupted');
  };
  signal.addEventListener('abort', interrupt);
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  const opening = { ...initialState(source.names, runs), opening: scenario };
  const app = render(
    <App
      initial={opening}
      coloured={coloured}
      perform={(effect) => {
        desk.perform(effect);
      }}
      connect={(connected) => {
        send = connected;
        if (scenario !== null) desk.perform({ kind: 'open', name: scenario });
        desk.describe().catch(fail);
      }}
    />,
    {
      alternateScreen: true,
      exitOnCtrlC: false,
      incrementalRendering: true,
      maxFps: FRAMES_PER_SECOND,
      patchConsole: false,
      interactive: true,
    },
  );
  app.waitUntilExit().catch(fail);
  try {
    return await ended;
  } finally {
    desk.close();
    app.unmount();
    await app.waitUntilExit().catch(() => undefined);
    process.off('uncaughtException', fail);
    process.off('unhandledRejection', fail);
    signal.removeEventListener('abort', interrupt);
    await runner.close();
  }
}
