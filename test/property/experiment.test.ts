/** The course of a replay, whatever fails and whenever it is called to stop: its clean-up is always reached, once, last. */
import { setTimeout } from 'node:timers/promises';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  runExperiment,
  STAGES,
  type ExperimentEnd,
  type Stage,
  type Stages,
} from '../../src/harness/experiment/experiment.machine.ts';

type Behaviour =
  | 'ends'
  | 'throws'
  /** Waits for the signal, and ends with its reason. */
  | 'waits'
  /** Hears no signal and never ends. */
  | 'hangs';

interface Plan {
  readonly behaviours: Readonly<Record<Stage, Behaviour>>;
  /** Ctrl-C as this stage begins; null: nobody stops it. */
  readonly abortIn: Stage | null;
}

const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  { weight: 12, arbitrary: fc.constant('ends' as const) },
  { weight: 2, arbitrary: fc.constant('throws' as const) },
  { weight: 1, arbitrary: fc.constant('waits' as const) },
  { weight: 1, arbitrary: fc.constant('hangs' as const) },
);

const plans: fc.Arbitrary<Plan> = fc.record({
  behaviours: fc.record(
    Object.fromEntries(STAGES.map((stage) => [stage, behaviour])) as Record<Stage, typeof behaviour>,
  ),
  abortIn: fc.option(fc.constantFrom(...STAGES)),
});

const SOON_MS = 50;
/** Long against what a stage takes that ends by itself. */
const LATE_MS = 1000;

const ORDER = (a: Stage, b: Stage): number => STAGES.indexOf(a) - STAGES.indexOf(b);

const INTERRUPTION = new Error('interrupted');

/** Stages whose own failures are kept beside the first. */
const APART: ReadonlySet<Stage> = new Set(['recover', 'cleanUp']);

interface Course {
  readonly end: ExperimentEnd;
  readonly visited: readonly Stage[];
}

async function run({ behaviours, abortIn }: Plan): Promise<Course> {
  const interruption = new AbortController();
  const visited: Stage[] = [];
  const stages = Object.fromEntries(
    STAGES.map((stage) => [
      stage,
      async (signal: AbortSignal): Promise<void> => {
        if (stage === abortIn) interruption.abort(INTERRUPTION);
        // Its work would wait for ever: a generator's death calls in the end.
        else if (behaviours[stage] !== 'ends' && ORDER(stage, 'recover') < 0)
          void setTimeout(SOON_MS).then(() => {
            interruption.abort(INTERRUPTION);
          });
        switch (behaviours[stage]) {
          case 'ends':
            await setTimeout(0);
            return;
          case 'throws':
            throw new Error(`${stage} breaks`);
          case 'waits':
            await new Promise((_, reject) => {
              signal.addEventListener('abort', () => {
                reject(signal.reason as Error);
              });
              if (signal.aborted) reject(signal.reason as Error);
            });
            return;
          case 'hangs':
            await new Promise(() => undefined);
        }
      },
    ]),
  ) as unknown as Stages;
  const end = await runExperiment(stages, {
    signal: interruption.signal,
    onStage: (stage) => visited.push(stage),
    stopWithinMs: SOON_MS,
    endingWithinMs: LATE_MS,
  });
  return { end, visited };
}

interface Case {
  readonly plan: Plan;
  readonly course: Course;
}

describe('the course of a replay', () => {
  // All at once: each waits for others most of its time.
  const SEED = 11;
  const cases: Case[] = [];
  beforeAll(async () => {
    const samples = fc.sample(plans, { seed: SEED, numRuns: 200 });
    cases.push(...(await Promise.all(samples.map(async (plan) => ({ plan, course: await run(plan) })))));
  });

  function always(holds: (course: Course, plan: Plan) => void): void {
    expect(cases.length).toBe(200);
    for (const { plan, course } of cases) {
      try {
        holds(course, plan);
      } catch (error) {
        throw new Error(`seed ${SEED}: ${JSON.stringify(plan)} ran ${course.visited.join(', ')}`, {
          cause: error,
        });
      }
    }
  }

  test('always reaches its clean-up, once and last, with every stage at most once and in order', () => {
    always(({ visited }) => {
      expect(visited.at(-1)).toBe('cleanUp');
      expect(visited).toEqual([...new Set(visited)].sort(ORDER));
    });
  });

  test('recovers and collects once the callers have begun, and neither before', () => {
    always(({ visited }) => {
      expect(visited.includes('recover')).toBe(visited.includes('baseline'));
      expect(visited.includes('collect')).toBe(visited.includes('baseline'));
    });
  });

  test('keeps the first failure, with its stage, and those of the recovery and the clean-up apart', () => {
    always(({ end, visited }, { behaviours, abortIn }) => {
      const broken = visited.find(
        (stage) => stage === abortIn || (behaviours[stage] !== 'ends' && !APART.has(stage)),
      );
      expect(end.failure?.stage).toBe(broken);
      const recovered = !visited.includes('recover') || behaviours.recover === 'ends';
      expect(end.recoverFailure === null).toBe(recovered);
      expect(end.cleanUpFailure === null).toBe(behaviours.cleanUp === 'ends');
    });
  });

  test.each(STAGES)('an interruption in %s is the failure that is told', async (stage) => {
    const behaviours = Object.fromEntries(STAGES.map((name) => [name, 'ends'])) as Record<Stage, Behaviour>;
    const { end, visited } = await run({ behaviours, abortIn: stage });
    expect(end.failure).toEqual({ stage, error: INTERRUPTION });
    expect(visited.at(-1)).toBe('cleanUp');
  });
});
