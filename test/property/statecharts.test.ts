import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createActor, type AnyActorLogic } from 'xstate';
import { Simulation } from '../../src/kernel/simulation.ts';
import type { Statechart, StatechartTypes } from '../../src/kernel/statechart.ts';
import {
  createPodStatechart,
  podMachine,
  type PodEffects,
  type PodEvent,
} from '../../src/model/cluster/pod.machine.ts';
import {
  createProbeStatechart,
  probeMachine,
  type ProbeEvent,
  type ProbeInput,
} from '../../src/model/cluster/probe.machine.ts';
import {
  createRolloutStatechart,
  rolloutMachine,
  type RolloutEvent,
} from '../../src/model/rollout/rollout.machine.ts';

/** What a statechart shows of itself. */
interface Shown {
  readonly value: unknown;
  readonly status: string;
  readonly context: Readonly<Record<string, unknown>>;
}

interface Machine<E> {
  send(event: E): void;
  stop(): void;
  shown(): Shown;
}

/** A live actor of XState. */
function actorOf<E extends { readonly type: string }>(
  logic: object,
  simulation: Simulation,
  input: object,
): Machine<E> {
  const actor = createActor(logic as AnyActorLogic, { clock: simulation.clock, input });
  actor.start();
  return {
    // XState ignores what comes after the end, but warns of it.
    send: (event) => {
      if (actor.getSnapshot().status === 'active') actor.send(event);
    },
    stop: () => {
      actor.stop();
    },
    shown: () => {
      const { value, status, context } = actor.getSnapshot() as unknown as Shown;
      return { value, status, context };
    },
  };
}

function tableOf<T extends StatechartTypes>(chart: Statechart<T>): Machine<T['event']> {
  return {
    send: (event) => {
      chart.send(event);
    },
    stop: () => {
      chart.stop();
    },
    shown: () => ({
      value: chart.value,
      status: chart.status,
      context: { ...chart.context } as Shown['context'],
    }),
  };
}

/** One step of a test: time passes, then an event comes; null: the statechart is told to stop. */
interface Step<E> {
  readonly passMs: number;
  readonly event: E | null;
}

/** Steps of which few stop it, and times that often meet a timer's end exactly. */
function stepsOf<E>(event: fc.Arbitrary<E>): fc.Arbitrary<Step<E>[]> {
  return fc.array(
    fc.record({
      passMs: fc.constantFrom(0, 0, 1, 10, 40, 50, 100),
      event: fc.oneof({ weight: 40, arbitrary: event }, { weight: 1, arbitrary: fc.constant(null) }),
    }),
    { maxLength: 25 },
  );
}

type Log = (entry: unknown) => void;

/** Everything that can be told from outside: states after each step, and effects with their times and order. */
function follow<E>(
  steps: readonly Step<E>[],
  make: (simulation: Simulation, log: Log) => Machine<E>,
): unknown[] {
  const simulation = new Simulation();
  const entries: unknown[] = [];
  const machine = make(simulation, (entry) => entries.push([simulation.nowMs, entry]));
  entries.push(machine.shown());
  for (const { passMs, event } of steps) {
    simulation.runUntil(simulation.nowMs + passMs);
    entries.push(machine.shown());
    if (event === null) machine.stop();
    else machine.send(event);
    entries.push(machine.shown(), ['next', simulation.nextTimeMs]);
  }
  simulation.runUntil(simulation.nowMs + 10_000);
  entries.push(machine.shown(), ['events', simulation.events]);
  return entries;
}

const POD_EVENTS = [
  'bound',
  'adopted',
  'initialized',
  'finished',
  'deleted',
  'grace.shortened',
  'sigterm.sent',
  'sigkill.sent',
  'containers.stopped',
] as const satisfies PodEvent['type'][];

const EFFECTS = [
  'begin',
  'sandboxReady',
  'abandonSync',
  'killContainers',
  'containersStopped',
  'sandboxStopped',
  'finished',
  'removed',
] as const satisfies (keyof PodEffects)[];

const DELAYS = ['sandboxMs', 'killReactionMs', 'sandboxStopMs', 'podRemovalMs'] as const;

/** Events that each effect sends, for as long as there are any left to send. */
const ANSWERS_MAX = 8;
type Answers = Readonly<Partial<Record<(typeof EFFECTS)[number], readonly PodEvent[]>>>;

const podEvent: fc.Arbitrary<PodEvent> = fc.constantFrom(...POD_EVENTS).map((type) => ({ type }));
const answers: fc.Arbitrary<Answers> = fc.record(
  Object.fromEntries(EFFECTS.map((effect) => [effect, fc.array(podEvent, { maxLength: 2 })])),
  { requiredKeys: [] },
);

function podEffects(
  log: Log,
  told: Answers,
  seen: () => Machine<PodEvent>,
  delays: readonly number[],
): PodEffects {
  let drawn = 0;
  let sent = 0;
  const effects = EFFECTS.map((effect) => [
    effect,
    () => {
      // What a look at the statechart shows in the middle of an event belongs to the contract too.
      log([effect, seen().shown().value]);
      for (const event of told[effect] ?? []) if (sent++ < ANSWERS_MAX) seen().send(event);
    },
  ]);
  const lengths = DELAYS.map((delay) => [
    delay,
    () => {
      const delayMs = delays[drawn++ % delays.length] ?? 0;
      log([delay, delayMs]);
      return delayMs;
    },
  ]);
  return Object.fromEntries([...effects, ...lengths]) as PodEffects;
}

function rolloutInput(log: Log): Parameters<typeof createRolloutStatechart>[1] {
  return {
    note: (kind, detail) => {
      log([kind, detail]);
    },
  };
}

/** The machine without those fields of its context that were given to it and are another's each time. */
function without<E>(field: string, machine: Machine<E>): Machine<E> {
  return {
    send: (event) => {
      machine.send(event);
    },
    stop: () => {
      machine.stop();
    },
    shown: () => {
      const { value, status, context } = machine.shown();
      const { [field]: _given, ...rest } = context;
      return { value, status, context: rest };
    },
  };
}

describe('a live statechart and its table', () => {
  it('agree on the life of a pod, whatever happens and whatever the effects send back', () => {
    const delays = fc.array(fc.constantFrom(0, 10, 40, 100, 150), { minLength: 1, maxLength: 5 });
    const property = fc.property(stepsOf(podEvent), answers, delays, (steps, told, lengths) => {
      const followed = (
        make: (simulation: Simulation, effects: PodEffects) => Machine<PodEvent>,
      ): unknown[] =>
        follow<PodEvent>(steps, (simulation, log) => {
          let machine: Machine<PodEvent> | null = null;
          machine = make(
            simulation,
            podEffects(log, told, () => machine as Machine<PodEvent>, lengths),
          );
          return without('effects', machine);
        });
      expect(followed((simulation, effects) => tableOf(createPodStatechart(simulation, effects)))).toEqual(
        followed((simulation, effects) => actorOf(podMachine, simulation, { effects })),
      );
    });
    fc.assert(property, { seed: 20261124, numRuns: 600 });
  });

  it('agree on the verdict of a probe', () => {
    const event: fc.Arbitrary<ProbeEvent> = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.boolean().map((success): ProbeEvent => ({ type: 'answer', success })),
      },
      {
        weight: 2,
        arbitrary: fc.nat(3).map((instance): ProbeEvent => ({ type: 'container.new', instance })),
      },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom('container.down', 'container.ended', 'pod.terminating', 'pod.finished')
          .map((type): ProbeEvent => ({ type })),
      },
    );
    const input: fc.Arbitrary<ProbeInput> = fc.record({
      kind: fc.constantFrom('startup', 'readiness', 'liveness'),
      successThreshold: fc.integer({ min: 1, max: 3 }),
      failureThreshold: fc.integer({ min: 1, max: 3 }),
    });
    const property = fc.property(stepsOf(event), input, (steps, given) => {
      expect(follow(steps, (simulation) => tableOf(createProbeStatechart(simulation, given)))).toEqual(
        follow<ProbeEvent>(steps, (simulation) => actorOf(probeMachine, simulation, given)),
      );
    });
    fc.assert(property, { seed: 20261124, numRuns: 600 });
  });

  it('agree on the life of a rollout', () => {
    const event: fc.Arbitrary<RolloutEvent> = fc.oneof(
      fc
        .record({ revision: fc.nat(4), undo: fc.boolean() })
        .map(({ revision, undo }): RolloutEvent => ({ type: 'revised', revision, undo })),
      fc
        .constantFrom('completed', 'deadlineExceeded', 'progressed', 'paused', 'resumed')
        .map((type): RolloutEvent => ({ type })),
    );
    const property = fc.property(stepsOf(event), (steps) => {
      expect(
        follow(steps, (simulation, log) =>
          without('note', tableOf(createRolloutStatechart(simulation, rolloutInput(log)))),
        ),
      ).toEqual(
        follow(steps, (simulation, log) =>
          without('note', actorOf(rolloutMachine, simulation, rolloutInput(log))),
        ),
      );
    });
    fc.assert(property, { seed: 20261124, numRuns: 600 });
  });
});
