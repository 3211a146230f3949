/**
 * The life of one probe worker's verdict (R-POD-8…13): counts equal answers, flips the result at a threshold, holds
 * still after a failed liveness or a decided startup probe until a new container comes, and stops with the pod.
 */
import { assign, setup, type ActorLogic, type Snapshot } from 'xstate';
import type { Simulation } from '../../kernel/simulation.ts';
import { Statechart } from '../../kernel/statechart.ts';
import { compileMachine, type TransitionTable } from '../../kernel/transition-table.ts';
import type { Probe } from '../../scenario/scenario.ts';
import type { ProbeKind } from './container-runtime.ts';

export type ProbeResult = 'Success' | 'Failure' | 'Unknown';

export interface ProbeInput {
  readonly kind: ProbeKind;
  readonly successThreshold: Probe['successThreshold'];
  readonly failureThreshold: Probe['failureThreshold'];
}

export interface ProbeContext extends ProbeInput {
  /** Ordinal of the container's instance that the result is about; null: none seen yet. */
  readonly instance: number | null;
  /** null: no container seen yet. */
  readonly result: ProbeResult | null;
  readonly lastAnswer: ProbeResult;
  /** Equal answers in a row. */
  readonly resultRun: number;
}

export type ProbeEvent =
  | { readonly type: 'container.new'; readonly instance: number }
  /** The container does not run; it may run again. */
  | { readonly type: 'container.down' }
  /** The container does not run and never will again. */
  | { readonly type: 'container.ended' }
  | { readonly type: 'pod.terminating' }
  | { readonly type: 'pod.finished' }
  | { readonly type: 'answer'; readonly success: boolean };

type ProbeState = 'probing' | 'onHold' | 'stopped';
export type ProbeSnapshot = Snapshot<unknown> & {
  readonly value: ProbeState;
  readonly context: ProbeContext;
};

/** The cached result that a container starts with. */
const INITIAL_RESULTS: Readonly<Record<ProbeKind, ProbeResult>> = {
  liveness: 'Success',
  readiness: 'Failure',
  startup: 'Unknown',
};

interface Arguments {
  context: ProbeContext;
  event: ProbeEvent;
}

function answerOf(event: ProbeEvent): ProbeResult {
  return event.type === 'answer' && event.success ? 'Success' : 'Failure';
}

function runAfter({ context, event }: Arguments): number {
  return context.lastAnswer === answerOf(event) ? context.resultRun + 1 : 1;
}

function settles({ context, event }: Arguments): boolean {
  const threshold = answerOf(event) === 'Success' ? context.successThreshold : context.failureThreshold;
  return runAfter({ context, event }) >= threshold;
}

/** After these the container is about to be replaced, or needs no startup probe any more. */
function holds({ context, event }: Arguments): boolean {
  return context.kind === 'startup' || (context.kind === 'liveness' && answerOf(event) === 'Failure');
}

const machine = setup({
  types: {
    context: {} as ProbeContext,
    events: {} as ProbeEvent,
    input: {} as ProbeInput,
  },
  guards: {
    settles,
    settlesForGood: (args) => settles(args) && holds(args),
  },
  actions: {
    takeOver: assign({
      instance: ({ event }) => (event.type === 'container.new' ? event.instance : null),
      result: ({ context }) => INITIAL_RESULTS[context.kind],
    }),
    count: assign({ lastAnswer: ({ event }) => answerOf(event), resultRun: runAfter }),
    settle: assign({ result: ({ event }) => answerOf(event) }),
    forgetRun: assign({ resultRun: 0 }),
    fail: assign({ result: ({ context }) => (context.instance === null ? null : 'Failure') }),
    succeed: assign({ result: 'Success' }),
  },
}).createMachine({
  id: 'probe',
  context: ({ input }) => ({ ...input, instance: null, result: null, lastAnswer: 'Success', resultRun: 0 }),
  initial: 'probing',
  states: {
    probing: {
      on: {
        'container.new': { actions: 'takeOver' },
        'container.down': { actions: 'fail' },
        'container.ended': { target: 'stopped', actions: 'fail' },
        'pod.terminating': { target: 'stopped', actions: 'succeed' },
        'pod.finished': 'stopped',
        answer: [
          { guard: 'settlesForGood', target: 'onHold', actions: ['count', 'settle', 'forgetRun'] },
          { guard: 'settles', actions: ['count', 'settle'] },
          { actions: 'count' },
        ],
      },
    },
    onHold: {
      on: {
        'container.new': { target: 'probing', actions: 'takeOver' },
        'pod.finished': 'stopped',
      },
    },
    stopped: { type: 'final' },
  },
});

/** Whether an answer only lengthens a run that has flipped the result before: the statechart need not hear of it. */
export function isSettledBy(success: boolean, { lastAnswer, result, kind }: ProbeContext): boolean {
  const answer = success ? 'Success' : 'Failure';
  return kind !== 'startup' && lastAnswer === answer && result === answer;
}

export type ProbeLogic = ActorLogic<ProbeSnapshot, ProbeEvent, ProbeInput>;
export type ProbeStatechart = Statechart<{
  context: ProbeContext;
  event: ProbeEvent;
  input: ProbeInput;
  value: ProbeState;
}>;

export const probeMachine: ProbeLogic = machine as unknown as ProbeLogic;

const table: TransitionTable = compileMachine(machine);

export function createProbeStatechart(simulation: Simulation, input: ProbeInput): ProbeStatechart {
  return new Statechart(table, simulation, input);
}
