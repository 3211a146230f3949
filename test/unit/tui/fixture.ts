/** A small made-up scenario with made-up runs: what the screen shows of it depends on nothing else. */
import type { PodView, Step } from '../../../src/predict/pod-view.ts';
import type { RunSummary } from '../../../src/predict/run-summary.ts';
import type { RunView } from '../../../src/predict/run-view.ts';
import type { LoadResult } from '../../../src/scenario/load.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { readScenarioFiles } from '../../../src/scenario-files.ts';
import type { Key, Message } from '../../../src/tui/message.ts';
import { causeOf, runOf } from '../predict/run-of.ts';
import { lettersOf } from '../../../src/tui/span.ts';
import { initialState, type State } from '../../../src/tui/state.ts';
import { update } from '../../../src/tui/update.ts';

export const NAME = 'new-connections-no-prestop';

const NAMES: readonly string[] = ['black-friday', NAME, 'recreate', 'surge-only'];

const FILES = readScenarioFiles(NAME);

export function load(set: readonly string[]): LoadResult {
  return loadScenario(FILES, { set });
}

export function scenarioWith(...set: readonly string[]): Scenario {
  const { scenario } = load(set);
  if (scenario === null) throw new Error(`these settings do not fit: ${set.join(' ')}`);
  return scenario;
}

export const SCENARIO: Scenario = scenarioWith();

/** @param failed requests of the run; its other figures hardly differ */
export function run(seed: number, failed: number): RunSummary {
  const causes = failed === 0 ? [] : [causeOf('R-SRV-5', failed, 20)];
  return {
    ...runOf({ seed, offered: 120_000, causes, completeMs: 40_000 + 100 * seed, minReady: 10 }),
    engine: 'skip-ahead',
    accuracy: { exactShare: 0.126, errorBound: 2.4 },
  };
}

const FOREVER = Number.NEGATIVE_INFINITY;

/** Twelve seconds: pod old-0 ends at 4 s, new-0 takes its place at 8 s; worker-2 learns of both half a second late. */
export const VIEW: RunView = {
  seed: 1,
  startMs: 0,
  endMs: 12_000,
  binMs: 500,
  offered: bins(() => 500),
  failed: bins((timeMs) => (timeMs === 4000 ? 40 : 0)),
  readyEndpoints: bins((timeMs) => (timeMs < 4000 || timeMs >= 8000 ? 2 : 1)),
  servingPods: bins((timeMs) => (timeMs < 4000 || timeMs >= 8000 ? 2 : 1)),
  podsByPhase: {
    pending: bins(() => 0),
    starting: bins((timeMs) => (timeMs >= 5000 && timeMs < 8000 ? 1 : 0)),
    ready: bins((timeMs) => (timeMs < 4000 || timeMs >= 8000 ? 2 : 1)),
    unready: bins(() => 0),
    terminating: bins((timeMs) => (timeMs >= 4000 && timeMs < 7000 ? 1 : 0)),
  },
  pods: [
    pod('web-aaa-0', 'worker-1', [step(FOREVER, 'ready'), step(4000, 'terminating'), step(7000, 'gone')], {
      listening: [step(FOREVER, true), step(4000, false)],
      withdrawnMs: 4200,
    }),
    pod('web-aaa-1', 'worker-2', [step(FOREVER, 'ready')], { listening: [step(FOREVER, true)] }),
    pod('web-bbb-0', 'worker-2', [step(5000, 'starting'), step(8000, 'ready')], {
      listening: [step(7500, true)],
      listedMs: 8000,
    }),
  ],
  nodes: [
    { name: 'worker-1', down: [] },
    { name: 'worker-2', down: [step(11_000, true)] },
  ],
  markers: [
    { timeMs: 3000, kind: 'change', text: 'apply deployment/web' },
    { timeMs: 9000, kind: 'phase', text: 'rollout complete deployment/web' },
    { timeMs: 11_000, kind: 'fault', text: 'node-down (crash) node/worker-2' },
  ],
  demandPods: bins(() => 0.5),
};

function bins(valueOf: (timeMs: number) => number): readonly number[] {
  return Array.from({ length: 24 }, (_, bin) => valueOf(bin * 500));
}

function step<T>(fromMs: number, value: T): Step<T> {
  return { fromMs, value };
}

interface Life {
  readonly listening: PodView['listening'];
  readonly listedMs?: number;
  readonly withdrawnMs?: number;
}

function pod(
  name: string,
  node: string,
  states: PodView['states'],
  { listening, listedMs = FOREVER, withdrawnMs }: Life,
): PodView {
  const listed = (lateMs: number): Step<boolean>[] => [
    step(listedMs + lateMs, true),
    ...(withdrawnMs === undefined ? [] : [step(withdrawnMs + lateMs, false)]),
  ];
  return {
    name,
    owner: name.replace(/-[^-]*$/u, ''),
    node,
    states,
    listening,
    listedOn: { 'worker-1': listed(0), 'worker-2': listed(500) },
    notes: [],
  };
}

export function after(state: State, ...messages: readonly Message[]): State {
  return messages.reduce((earlier, message) => update(earlier, message).state, state);
}

export function press(...keys: readonly Key[]): readonly Message[] {
  return keys.map((key) => ({ kind: 'key', key }));
}

export function typed(text: string): readonly Message[] {
  return press(...lettersOf(text).map((letter) => ({ text: letter })));
}

/** The list as it is before anything is opened. */
export function listState(columns = 80, rows = 24): State {
  const described: readonly Message[] = NAMES.map((name) => ({
    kind: 'described',
    name,
    description: {
      description: `What ${name} is about.`,
      teaches: `What ${name} teaches, in a longer sentence.`,
    },
  }));
  return after(initialState(NAMES, 4), { kind: 'resized', columns, rows }, ...described);
}

/** The scenario opened, its four runs ended, its causes found. */
export function openState(columns = 80, rows = 24): State {
  const opening = after(
    { ...listState(columns, rows), opening: NAME },
    { kind: 'opened', name: NAME, scenario: SCENARIO },
  );
  return after(
    opening,
    { kind: 'viewed', generation: 1, view: VIEW },
    {
      kind: 'ran',
      slot: 'baseline',
      generation: 1,
      runs: [100, 120, 90, 110].map((failed, index) => ({ index, run: run(index + 1, failed) })),
    },
    {
      kind: 'explained',
      generation: 1,
      rows: [
        {
          rule: 'R-SRV-5',
          title: 'SIGTERM arrives while the proxies still send',
          share: 1,
          failed: { mean: 105, sd: 12, p2_5: 80, p25: 97, p50: 105, p75: 112, p97_5: 130, min: 90, max: 120 },
          place: 'manifests/deployment.yaml:20  containers:',
          fix: {
            title: 'sleep until every proxy has withdrawn the pod',
            set: [
              'deployment/gateway.spec.template.spec.containers[gateway].lifecycle.preStop={sleep: {seconds: 5}}',
            ],
            failed: null,
          },
        },
      ],
    },
  );
}

/** As a changed configuration comes back, with runs that fail less. */
export function changedState(state: State, set: string): State {
  const generation = state.opened?.generation ?? 0;
  return after(
    state,
    { kind: 'configured', generation, fixed: SCENARIO, current: scenarioWith(set), set: [set] },
    {
      kind: 'ran',
      slot: 'after',
      generation,
      runs: [10, 12, 9, 11].map((failed, index) => ({ index, run: run(index + 1, failed) })),
    },
  );
}
