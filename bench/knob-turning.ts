/**
 * How long after a knob is turned the terminal UI shows a first answer, and the settled interval. Everything but the
 * terminal takes part: keys, state, worker threads and the lines of the screen.
 */
import { setImmediate } from 'node:timers/promises';
import { availableParallelism } from 'node:os';
import { scenarioSource } from '../src/cli/tui-source.ts';
import { RUNS_DEFAULT, SEED_DEFAULT } from '../src/predict/defaults.ts';
import { openLiveRunner, type LiveRunner } from '../src/predict/live-runner.ts';
import { Desk } from '../src/tui/desk.ts';
import { endedRuns } from '../src/tui/figures.ts';
import type { Key, Message } from '../src/tui/message.ts';
import { initialState, type Opened, type State } from '../src/tui/state.ts';
import { update } from '../src/tui/update.ts';
import { screenLines } from '../src/tui/views/frame.ts';
import { atMost, type Goal } from './goal.ts';
import { markdownTable } from './markdown-table.ts';

const DEFAULT_SCENARIOS = [
  'black-friday',
  'black-friday-safe',
  'surge-only',
  'node-drain',
  'keep-alive-pinning',
];
/** Each is turned one step up, and back. */
const KNOBS = ['replicas', 'maxSurge', 'rate', 'readiness.periodSeconds'];
/** Sessions that share their threads: within one, no setting is predicted twice. */
const REPEATS = 3;

/** The terminal UI without its terminal. */
class Session {
  state: State;
  readonly #desk: Desk;
  #closing = false;
  #waiting: { readonly wanted: (state: State) => boolean; readonly resolve: () => void } | null = null;

  constructor(runner: LiveRunner) {
    const source = scenarioSource(undefined, []);
    this.state = { ...initialState(source.names, RUNS_DEFAULT), columns: 140, rows: 40 };
    this.#desk = new Desk({
      source,
      runner,
      runs: RUNS_DEFAULT,
      seed: SEED_DEFAULT,
      send: (message) => {
        this.send(message);
      },
      pause: async () => setImmediate(),
      later: (delayMs, task) => {
        setTimeout(task, delayMs);
      },
      quit: () => undefined,
      crash: (error) => {
        if (!this.#closing) throw error;
      },
    });
  }

  send(message: Message): void {
    const { state, effects } = update(this.state, message);
    this.state = state;
    for (const effect of effects) this.#desk.perform(effect);
    screenLines(state, true);
    if (this.#waiting?.wanted(state) === true) {
      const { resolve } = this.#waiting;
      this.#waiting = null;
      resolve();
    }
  }

  press(...keys: readonly Key[]): void {
    for (const key of keys) this.send({ kind: 'key', key });
  }

  async until(wanted: (state: State) => boolean): Promise<void> {
    if (wanted(this.state)) return;
    await new Promise<void>((resolve) => {
      this.#waiting = { wanted, resolve };
    });
  }

  async open(name: string): Promise<void> {
    this.state = { ...this.state, opening: name };
    this.#desk.perform({ kind: 'open', name });
    await this.until(
      ({ opened, runsWanted }) =>
        opened?.name === name && opened.view !== null && endedRuns(opened.baseline).length >= runsWanted,
    );
  }

  /** Ends what is still tried in the background; a run that has begun may end with the threads. */
  close(): void {
    this.#closing = true;
    this.#desk.close();
  }
}

interface Turning {
  readonly firstMs: number;
  readonly settledMs: number;
  /** Of all threads: says more than the clock while the machine has other work. */
  readonly cpuMs: number;
}

/** Of the turnings of one knob: medians and the slowest. */
export interface TurningFigures {
  readonly scenario: string;
  readonly knob: string;
  readonly firstMs: number;
  readonly firstMsMax: number;
  readonly settledMs: number;
  readonly settledMsMax: number;
  readonly cpuMs: number;
}

/** The runs of the changed scenario, once it is the one that was asked for. */
function afterRuns({ opened }: State): number {
  return opened === null || opened.configuring || opened.after === null ? 0 : endedRuns(opened.after).length;
}

async function turn(session: Session, knob: string): Promise<Turning | null> {
  const index = openedOf(session).knobs.findIndex(({ name }) => name === knob);
  if (index === -1) return null;
  session.press({ text: '3' }, 'home', ...Array.from({ length: index }, (): Key => 'down'));
  const { generation } = openedOf(session);
  const startMs = performance.now();
  const cpuBefore = process.cpuUsage();
  session.press('right');
  if (openedOf(session).generation === generation) return null;
  await session.until((state) => afterRuns(state) >= 1 || state.opened?.problem != null);
  const firstMs = performance.now() - startMs;
  await session.until((state) => afterRuns(state) >= RUNS_DEFAULT || state.opened?.problem != null);
  const settledMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  const { problem } = openedOf(session);
  session.press('backspace');
  await session.until(({ opened }) => opened?.configuring === false && opened.after === null);
  return problem === null ? { firstMs, settledMs, cpuMs: (user + system) / 1000 } : null;
}

function openedOf({ state }: Session): Opened {
  if (state.opened === null) throw new Error('no scenario is open');
  return state.opened;
}

const median = (values: readonly number[]): number => values[Math.floor(values.length / 2)] ?? 0;
const inMs = (value: number): string => `${value} ms`;

function figuresOf(scenario: string, knob: string, turnings: readonly Turning[]): TurningFigures {
  const sorted = (pick: (turning: Turning) => number): readonly number[] =>
    turnings.map((turning) => Math.round(pick(turning))).toSorted((a, b) => a - b);
  const [first, settled] = [sorted(({ firstMs }) => firstMs), sorted(({ settledMs }) => settledMs)];
  return {
    scenario,
    knob,
    firstMs: median(first),
    firstMsMax: first.at(-1) ?? 0,
    settledMs: median(settled),
    settledMsMax: settled.at(-1) ?? 0,
    cpuMs: median(sorted(({ cpuMs }) => cpuMs)),
  };
}

const keyOf = (scenario: string, knob: string): string => `${scenario} ${knob}`;

/** @param scenarios none: those that the report is about */
export async function measureTurnings(scenarios: readonly string[] = []): Promise<readonly TurningFigures[]> {
  const runner = openLiveRunner(availableParallelism(), 'auto');
  const turnings = new Map<string, Turning[]>();
  const names = scenarios.length > 0 ? scenarios : DEFAULT_SCENARIOS;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const session = new Session(runner);
    for (const scenario of names) {
      await session.open(scenario);
      for (const knob of KNOBS) {
        const turning = await turn(session, knob);
        if (turning === null) continue;
        const key = keyOf(scenario, knob);
        turnings.set(key, [...(turnings.get(key) ?? []), turning]);
      }
    }
    session.close();
  }
  await runner.close();
  return names.flatMap((scenario) =>
    KNOBS.flatMap((knob) => {
      const measured = turnings.get(keyOf(scenario, knob));
      return measured === undefined ? [] : [figuresOf(scenario, knob, measured)];
    }),
  );
}

export const TURNINGS_TEXT: string = [
  `Each knob is turned one step up, in ${REPEATS} sessions, with ${RUNS_DEFAULT} paired runs each time, from the key to the lines of the`,
  'screen. The first answer rests on one run, the settled one on all of them.',
].join('\n');

export function turningsTable(figures: readonly TurningFigures[]): string {
  const rows = figures.map((row) => [
    row.scenario,
    row.knob,
    ...[row.firstMs, row.firstMsMax, row.settledMs, row.settledMsMax, row.cpuMs].map(String),
  ]);
  const head = [
    'scenario',
    'knob',
    'first answer, median ms',
    'worst',
    'settled, median ms',
    'worst',
    'CPU ms',
  ];
  return markdownTable([head, ...rows]);
}

/** The slowest knob has to be quick enough too. */
export function turningGoals(figures: readonly TurningFigures[]): readonly Goal[] {
  const slowest = (pick: (row: TurningFigures) => number): number => Math.max(...figures.map(pick));
  const command = 'npm run bench:tui';
  return [
    atMost('first answer to a turned knob, median of the slowest knob', command, {
      value: slowest(({ firstMs }) => firstMs),
      limit: 150,
      format: inMs,
    }),
    atMost('settled interval after a turned knob, median of the slowest knob', command, {
      value: slowest(({ settledMs }) => settledMs),
      limit: 1000,
      format: inMs,
    }),
  ];
}
