/**
 * The life of a pod on its node (rules R-POD): from the kubelet's first sight of it to the removal of its object. What
 * happens inside containers (crashes, back-off, probe kills) does not move the pod and is kept by each container.
 */
import { setup, type ActorLogic, type Snapshot } from 'xstate';
import type { Simulation } from '../../kernel/simulation.ts';
import { Statechart } from '../../kernel/statechart.ts';
import type { DurationMs } from '../../kernel/time.ts';
import { compileMachine, type TransitionTable } from '../../kernel/transition-table.ts';

/** What the kubelet does when the pod changes state. */
export interface PodEffects {
  /** R-POD-3: how long sandbox and network take. */
  sandboxMs(): DurationMs;
  killReactionMs(): DurationMs;
  sandboxStopMs(): DurationMs;
  podRemovalMs(): DurationMs;
  /** Probe workers start, the first status goes out. */
  begin(): void;
  sandboxReady(): void;
  /** R-POD-19: stops what must not run beside a termination. */
  abandonSync(): void;
  /** R-POD-18: preStop, SIGTERM, SIGKILL; ends with `containers.stopped`. */
  killContainers(): void;
  containersStopped(): void;
  /** The sandbox is gone, the pod's address with it; the object is still there. */
  sandboxStopped(): void;
  /** The pod has ended by itself; its object stays until someone deletes it. */
  finished(): void;
  /** R-POD-22. */
  removed(): void;
}

interface PodContext {
  readonly effects: PodEffects;
}

export type PodEvent =
  | { readonly type: 'bound' }
  /** It has been running for long. */
  | { readonly type: 'adopted' }
  /** Every init container is done. */
  | { readonly type: 'initialized' }
  /** Every container has ended and none will run again. */
  | { readonly type: 'finished' }
  /** A deletion was seen, or the object vanished. */
  | { readonly type: 'deleted' }
  /** A later deletion left less grace. */
  | { readonly type: 'grace.shortened' }
  | { readonly type: 'sigterm.sent' }
  | { readonly type: 'sigkill.sent' }
  | { readonly type: 'containers.stopped' };

type PodState =
  | 'pending'
  | 'creating'
  | 'initializing'
  | 'running'
  | 'finished'
  | { readonly terminating: 'reacting' | 'preStop' | 'sigterm' | 'killed' }
  | { readonly removing: 'sandboxStopping' | 'sandboxStopped' }
  | 'gone';

type PodSnapshot = Snapshot<unknown> & { readonly value: PodState };

const machine = setup({
  types: {
    context: {} as PodContext,
    events: {} as PodEvent,
    input: {} as PodContext,
  },
  delays: {
    sandbox: ({ context }) => context.effects.sandboxMs(),
    killReaction: ({ context }) => context.effects.killReactionMs(),
    sandboxStop: ({ context }) => context.effects.sandboxStopMs(),
    podRemoval: ({ context }) => context.effects.podRemovalMs(),
  },
  actions: {
    begin: ({ context }) => {
      context.effects.begin();
    },
    sandboxReady: ({ context }) => {
      context.effects.sandboxReady();
    },
    abandonSync: ({ context }) => {
      context.effects.abandonSync();
    },
    killContainers: ({ context }) => {
      context.effects.killContainers();
    },
    containersStopped: ({ context }) => {
      context.effects.containersStopped();
    },
    finished: ({ context }) => {
      context.effects.finished();
    },
    sandboxStopped: ({ context }) => {
      context.effects.sandboxStopped();
    },
    removed: ({ context }) => {
      context.effects.removed();
    },
  },
}).createMachine({
  id: 'pod',
  context: ({ input }) => input,
  initial: 'pending',
  states: {
    pending: { on: { bound: 'creating', adopted: 'running', deleted: 'terminating' } },
    creating: {
      entry: 'begin',
      after: { sandbox: 'initializing' },
      on: { deleted: 'terminating' },
    },
    initializing: {
      entry: 'sandboxReady',
      on: { initialized: 'running', finished: 'finished', deleted: 'terminating' },
    },
    running: { on: { finished: 'finished', deleted: 'terminating' } },
    finished: { entry: 'finished', on: { deleted: 'removing' } },
    terminating: {
      entry: 'abandonSync',
      initial: 'reacting',
      states: {
        reacting: { after: { killReaction: 'preStop' } },
        preStop: { entry: 'killContainers', on: { 'sigterm.sent': 'sigterm' } },
        sigterm: { on: { 'sigkill.sent': 'killed' } },
        killed: {},
      },
      on: {
        'grace.shortened': { target: '.reacting', actions: 'abandonSync' },
        'containers.stopped': 'removing',
      },
    },
    removing: {
      entry: 'containersStopped',
      initial: 'sandboxStopping',
      after: { podRemoval: 'gone' },
      states: {
        sandboxStopping: { after: { sandboxStop: 'sandboxStopped' } },
        sandboxStopped: { entry: 'sandboxStopped' },
      },
    },
    gone: { entry: 'removed', type: 'final' },
  },
});

export type PodLogic = ActorLogic<PodSnapshot, PodEvent, PodContext>;
export type PodStatechart = Statechart<{
  context: PodContext;
  event: PodEvent;
  input: PodContext;
  value: PodState;
}>;

export const podMachine: PodLogic = machine as unknown as PodLogic;

const table: TransitionTable = compileMachine(machine);

export function createPodStatechart(simulation: Simulation, effects: PodEffects): PodStatechart {
  return new Statechart(table, simulation, { effects });
}
