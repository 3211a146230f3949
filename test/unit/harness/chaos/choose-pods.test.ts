/** The harness hits the pods that the simulator hits: the same selector, mode and draws (R-CHX-1 to R-CHX-3). */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { choosePods } from '../../../../src/harness/chaos/choose-pods.ts';
import type { LivePod } from '../../../../src/harness/kubernetes/live-objects.ts';
import { RandomStreams } from '../../../../src/kernel/random.ts';
import type { PodObject } from '../../../../src/model/cluster/objects.ts';
import { choosePods as chooseSimulated } from '../../../../src/model/fault/choose-pods.ts';
import type { PodTarget } from '../../../../src/scenario/fault.ts';

interface Pod {
  readonly name: string;
  readonly app: string;
  readonly node: string | null;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
}

const pods: fc.Arbitrary<Pod[]> = fc
  .array(
    fc.record({
      app: fc.constantFrom('web', 'api'),
      node: fc.option(fc.constantFrom('n1', 'n2')),
      phase: fc.constantFrom(
        'Running' as const,
        'Running' as const,
        'Pending' as const,
        'Failed' as const,
        'Succeeded' as const,
      ),
    }),
    { maxLength: 20 },
  )
  .map((list) => list.map((pod, index) => ({ ...pod, name: `p${index}` })));

const targets: fc.Arbitrary<PodTarget> = fc.record({
  labels: fc.constantFrom({}, { app: 'web' }, { app: 'api' }),
  nodes: fc.constantFrom([], ['n1'], ['n1', 'n2']),
  pods: fc.constantFrom([], [], ['p0', 'p3', 'p5']),
  mode: fc.constantFrom('one', 'all', 'fixed', 'fixed-percent', 'random-max-percent'),
  value: fc.integer({ min: 0, max: 100 }),
});

const SERVED = { app: 'web' };

function live({ name, app, node, phase }: Pod): LivePod {
  return {
    metadata: { name, labels: { app } },
    spec: node === null ? {} : { nodeName: node },
    status: { phase },
  } as unknown as LivePod;
}

function simulated({ name, app, node, phase }: Pod): PodObject {
  return { name, nodeName: node, phase, template: { labels: { app } } } as unknown as PodObject;
}

describe('the choice of pods', () => {
  test('is the simulator’s, pod by pod', () => {
    fc.assert(
      fc.property(pods, targets, fc.nat(), (list, target, seed) => {
        const random = (): ReturnType<RandomStreams['stream']> =>
          new RandomStreams(seed).stream('fault-targets', 0);
        const hit = choosePods(list.map(live), target, SERVED, random()).map(({ metadata }) => metadata.name);
        const expected = chooseSimulated(list.map(simulated), target, SERVED, random()).map(
          ({ name }) => name,
        );
        expect(hit).toEqual(expected);
        expect(new Set(hit).size).toBe(hit.length);
      }),
      { seed: 21, numRuns: 300 },
    );
  });
});
