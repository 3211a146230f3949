/**
 * The life of a rollout as a run's timeline tells it: one statechart per Deployment, fed by the controller with
 * what it wrote (R-DEP-12, R-DEP-14, R-DEP-15, R-DEP-18, R-DEP-19).
 */
import { assign, setup, type ActorLogic, type Snapshot } from 'xstate';
import type { Simulation } from '../../kernel/simulation.ts';
import { Statechart } from '../../kernel/statechart.ts';
import { compileMachine, type TransitionTable } from '../../kernel/transition-table.ts';

export type RolloutEvent =
  /** A ReplicaSet has become the newest: by a new template, mid-rollout too (rollover), or by going back to an old one. */
  | { readonly type: 'revised'; readonly revision: number; readonly undo: boolean }
  /** The status says complete. */
  | { readonly type: 'completed' }
  /** The progress deadline has passed. */
  | { readonly type: 'deadlineExceeded' }
  /** Progress was seen after the deadline had passed. */
  | { readonly type: 'progressed' }
  | { readonly type: 'paused' }
  | { readonly type: 'resumed' };

type RolloutNote = 'rollout-started' | 'rollout-complete' | 'rollout-stalled' | 'rollout-paused';

interface RolloutInput {
  readonly note: (kind: RolloutNote, detail?: string) => void;
}

interface RolloutContext extends RolloutInput {
  /** The newest revision that a rollout has started to; 0: none. */
  readonly revision: number;
}

const machineSetup = setup({
  types: {
    context: {} as RolloutContext,
    input: {} as RolloutInput,
    events: {} as RolloutEvent,
  },
  guards: {
    isAnother: ({ context, event }) => event.type === 'revised' && event.revision !== context.revision,
  },
  actions: {
    remember: assign({
      revision: ({ event, context }) => (event.type === 'revised' ? event.revision : context.revision),
    }),
    noteStarted: ({ context, event }) => {
      if (event.type !== 'revised') return;
      context.note('rollout-started', `revision ${event.revision}${event.undo ? ', again' : ''}`);
    },
    noteComplete: ({ context }) => {
      context.note('rollout-complete');
    },
    noteStalled: ({ context }) => {
      context.note('rollout-stalled', 'progress deadline exceeded');
    },
    notePaused: ({ context }) => {
      context.note('rollout-paused');
    },
  },
});

/** A template that changes while paused rolls nothing: `revised` comes only once the controller acts on it. */
const machine = machineSetup.createMachine({
  id: 'rollout',
  context: ({ input }) => ({ ...input, revision: 0 }),
  initial: 'idle',
  on: {
    revised: { guard: 'isAnother', target: '.underway.progressing', actions: ['remember', 'noteStarted'] },
  },
  states: {
    idle: { on: { paused: 'idlePaused' } },
    idlePaused: { on: { resumed: 'idle' } },
    underway: {
      initial: 'progressing',
      on: {
        completed: { target: 'complete', actions: 'noteComplete' },
        paused: { target: 'paused', actions: 'notePaused' },
      },
      states: {
        progressing: { on: { deadlineExceeded: { target: 'stalled', actions: 'noteStalled' } } },
        stalled: { on: { progressed: 'progressing' } },
        // Whether it was stalled when it was paused.
        asBefore: { type: 'history' },
      },
    },
    paused: { on: { resumed: 'underway.asBefore' } },
    complete: { on: { paused: 'completePaused' } },
    completePaused: { on: { resumed: 'complete' } },
  },
});

export type RolloutState =
  | 'idle'
  | 'idlePaused'
  | { readonly underway: 'progressing' | 'stalled' }
  | 'paused'
  | 'complete'
  | 'completePaused';

export type RolloutSnapshot = Snapshot<unknown> & {
  readonly value: RolloutState;
  readonly context: RolloutContext;
};

export type RolloutLogic = ActorLogic<RolloutSnapshot, RolloutEvent, RolloutInput>;
export type RolloutStatechart = Statechart<{
  context: RolloutContext;
  event: RolloutEvent;
  input: RolloutInput;
  value: RolloutState;
}>;

// Spelled out because declarations must not need inference.
export const rolloutMachine: RolloutLogic = machine as unknown as RolloutLogic;

const table: TransitionTable = compileMachine(machine);

export function createRolloutStatechart(simulation: Simulation, input: RolloutInput): RolloutStatechart {
  return new Statechart(table, simulation, input);
}
