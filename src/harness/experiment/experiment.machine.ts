/**
 * The course of a replay: prepare → settle → baseline → change → watch → recover → collect → clean up. Whatever happens,
 * an error, a call to stop, a stage that hangs, it goes on through what is due by then and reaches its clean-up.
 */
import { assign, createActor, fromPromise, raise, setup } from 'xstate';
import { EnvironmentError } from '../environment-error.ts';

export const STAGES = [
  'prepare',
  'settle',
  'baseline',
  'change',
  'watch',
  'recover',
  'collect',
  'cleanUp',
] as const;
export type Stage = (typeof STAGES)[number];

/** The work of each stage; it ends early, with the signal's reason, when the signal is aborted. */
export type Stages = { readonly [S in Stage]: (signal: AbortSignal) => Promise<void> };

export interface Failure {
  readonly stage: Stage;
  readonly error: unknown;
}

export interface ExperimentEnd {
  /** The first thing that went wrong; null: nothing. */
  readonly failure: Failure | null;
  /** What the recovery failed on, so that something may still be broken; null: it did all. */
  readonly recoverFailure: Failure | null;
  /** What the clean-up failed on; null: it did all. */
  readonly cleanUpFailure: Failure | null;
}

export interface ExperimentOptions {
  /** Aborted when the replay is to end: Ctrl-C, the API server's silence, a generator that died. */
  readonly signal: AbortSignal;
  readonly onStage?: (stage: Stage) => void;
  /** A stage that is told to stop gets so long for it. */
  readonly stopWithinMs?: number;
  /** Recovery, collection and clean-up are given up one after another when they take longer. */
  readonly endingWithinMs?: number;
}

/** Runs the stages; ends once the clean-up has. Never rejects. */
export async function runExperiment(stages: Stages, options: ExperimentOptions): Promise<ExperimentEnd> {
  const { signal, onStage, stopWithinMs = 15_000, endingWithinMs = 180_000 } = options;
  // One signal for the work; its end must not cut short what ends the experiment.
  const stop = new AbortController();
  const provided = experiment.provide({
    actors: {
      work: fromPromise(async ({ input: { stage } }) => {
        onStage?.(stage);
        const own = ENDING.has(stage) ? new AbortController().signal : stop.signal;
        await stages[stage](own);
      }),
    },
    delays: { STOP: stopWithinMs, END: endingWithinMs },
  });
  const actor = createActor(provided, { input: { stop } });
  const abort = (): void => {
    actor.send({ type: 'ABORT', error: signal.reason as unknown });
  };
  const ended = new Promise<ExperimentEnd>((resolve) => {
    actor.subscribe({
      complete: () => {
        const { failure, recoverFailure, cleanUpFailure } = actor.getSnapshot().context;
        resolve({ failure, recoverFailure, cleanUpFailure });
      },
    });
  });
  actor.start();
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    return await ended;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

const ENDING: ReadonlySet<Stage> = new Set<Stage>(['recover', 'collect', 'cleanUp']);

type Events = { readonly type: 'ABORT'; readonly error: unknown } | { readonly type: 'GIVE_UP' };

const logic = setup({
  types: {
    context: {} as ExperimentEnd & { readonly stop: AbortController },
    events: {} as Events,
    input: {} as { readonly stop: AbortController },
  },
  actors: {
    work: fromPromise<void, { readonly stage: Stage }>(async () => Promise.resolve()),
  },
  actions: {
    keep: assign({
      failure: ({ context }, failure: Failure) => context.failure ?? failure,
    }),
    keepRecover: assign({
      recoverFailure: (_, failure: Failure) => failure,
    }),
    keepCleanUp: assign({
      cleanUpFailure: (_, failure: Failure) => failure,
    }),
    stopWork: ({ context }, { error }: { readonly error: unknown }) => {
      context.stop.abort(error);
    },
    giveUpLater: raise({ type: 'GIVE_UP' }, { delay: 'STOP' }),
  },
  guards: { failed: ({ context }) => context.failure !== null },
  delays: { STOP: 0, END: 0 },
});

/** A stage of the work: told to stop, it has a while to end by itself. @param otherwise where a failure leads */
function work(stage: Stage, next: Stage, otherwise: Stage) {
  return logic.createStateConfig({
    invoke: {
      src: 'work',
      input: { stage },
      onDone: [{ guard: 'failed', target: otherwise }, { target: next }],
      onError: {
        target: otherwise,
        actions: [
          { type: 'keep', params: ({ event: { error } }) => ({ stage, error }) },
          { type: 'stopWork', params: ({ event: { error } }) => ({ error }) },
        ],
      },
    },
    on: {
      ABORT: {
        actions: [
          { type: 'keep', params: ({ event: { error } }) => ({ stage, error }) },
          { type: 'stopWork', params: ({ event: { error } }) => ({ error }) },
          'giveUpLater',
        ],
      },
      GIVE_UP: otherwise,
    },
  });
}

/**
 * A stage of the end: nothing interrupts it but its own time, and its failure does not keep the next from its turn.
 * @param keep where its own failure is kept: what is left broken or running is told beside whatever failed before
 */
function ending(
  stage: Stage,
  doing: string,
  next: Stage | 'done',
  keep: 'keep' | 'keepRecover' | 'keepCleanUp',
) {
  const tooLong = {
    stage,
    error: new EnvironmentError(`The replay took too long for ${doing} and gave it up.`),
  };
  return logic.createStateConfig({
    invoke: {
      src: 'work',
      input: { stage },
      onDone: next,
      onError: {
        target: next,
        actions: { type: keep, params: ({ event: { error } }) => ({ stage, error }) },
      },
    },
    after: {
      END: { target: next, actions: { type: keep, params: tooLong } },
    },
    on: {
      ABORT: { actions: { type: 'keep', params: ({ event: { error } }) => ({ stage, error }) } },
    },
  });
}

const experiment = logic.createMachine({
  id: 'experiment',
  context: ({ input: { stop } }) => ({ failure: null, recoverFailure: null, cleanUpFailure: null, stop }),
  initial: 'prepare',
  states: {
    // Before the callers begin there is nothing to record.
    prepare: work('prepare', 'settle', 'cleanUp'),
    settle: work('settle', 'baseline', 'cleanUp'),
    baseline: work('baseline', 'change', 'recover'),
    change: work('change', 'watch', 'recover'),
    watch: work('watch', 'recover', 'recover'),
    recover: ending('recover', 'undoing its faults', 'collect', 'keepRecover'),
    collect: ending('collect', 'collecting its record', 'cleanUp', 'keep'),
    cleanUp: ending('cleanUp', 'cleaning up', 'done', 'keepCleanUp'),
    done: { type: 'final' },
  },
});
