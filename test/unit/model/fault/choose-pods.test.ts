import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../../../src/kernel/random.ts';
import type { PodObject } from '../../../../src/model/cluster/objects.ts';
import { choosePods } from '../../../../src/model/fault/choose-pods.ts';
import type { PodTarget } from '../../../../src/scenario/fault.ts';

const LABELS = { app: 'web' };

function pod(name: string, overrides: Partial<PodObject> = {}): PodObject {
  const template = { labels: LABELS } as unknown as PodObject['template'];
  return { name, nodeName: 'worker-1', phase: 'Running', template, ...overrides } as PodObject;
}

const PODS = Array.from({ length: 10 }, (_, index) =>
  pod(`web-${index}`, { nodeName: `worker-${(index % 2) + 1}` }),
);

function chosen(target: Partial<PodTarget>, pods: readonly PodObject[] = PODS, seed = 1): string[] {
  const whole: PodTarget = { labels: {}, nodes: [], pods: [], mode: 'all', value: 0, ...target };
  const random = new RandomStreams(seed).stream('targets');
  return choosePods(pods, whole, LABELS, random).map(({ name }) => name);
}

describe('choosing pods', () => {
  it('R-CHX-1: every part of the selection must hold', () => {
    const finished = pod('done', { phase: 'Succeeded' });
    const other = pod('other', { template: { labels: { app: 'db' } } as unknown as PodObject['template'] });
    expect(chosen({}, [...PODS, finished, other])).toEqual(PODS.map(({ name }) => name));
    expect(chosen({ labels: { app: 'db' } }, [...PODS, other])).toEqual(['other']);
    expect(chosen({ nodes: ['worker-2'] }).length).toBe(5);
    expect(chosen({ nodes: ['worker-2'], pods: ['web-1', 'web-2'] })).toEqual(['web-1']);
  });

  it('R-CHX-2: as many as the mode says', () => {
    expect(chosen({ mode: 'one' }).length).toBe(1);
    expect(chosen({ mode: 'one' }, [])).toEqual([]);
    expect(chosen({ mode: 'fixed', value: 3 }).length).toBe(3);
    expect(chosen({ mode: 'fixed', value: 30 }).length).toBe(10);
    expect(chosen({ mode: 'fixed-percent', value: 29 }).length).toBe(2);
    expect(chosen({ mode: 'fixed-percent', value: 9 })).toEqual([]);
    const counts = Array.from(
      { length: 200 },
      (_, seed) => chosen({ mode: 'random-max-percent', value: 50 }, PODS, seed).length,
    );
    expect(Math.max(...counts)).toBe(5);
    expect(Math.min(...counts)).toBe(0);
  });

  it('each of them as likely, and none twice', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 1000; seed++) {
      const names = chosen({ mode: 'fixed', value: 3 }, PODS, seed);
      expect(new Set(names).size).toBe(3);
      for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    // 300 expected, standard deviation 14.5.
    for (const { name } of PODS) expect(Math.abs((counts.get(name) ?? 0) - 300)).toBeLessThan(65);
  });
});
