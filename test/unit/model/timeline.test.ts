import { expect, it } from 'vitest';
import { Timeline } from '../../../src/model/timeline.ts';
import type { TimelineEvent } from '../../../src/record.ts';

it('writes down facts at their instant, in order, and tells every listener of each', () => {
  let nowMs = 5;
  const timeline = new Timeline(() => nowMs);
  timeline.note('pod-created', 'pod/web-0');
  const heard: TimelineEvent[][] = [[], []];
  for (const list of heard) timeline.onNote((event) => list.push(event));
  nowMs = 7;
  timeline.note('endpoint-listed', 'pod/web-0', { node: 'worker-1' });
  timeline.note('replica-set-scaled', 'replicaset/web', { value: 3, detail: 'up' });
  expect(timeline.events).toEqual([
    { timeMs: 5, kind: 'pod-created', object: 'pod/web-0' },
    { timeMs: 7, kind: 'endpoint-listed', object: 'pod/web-0', node: 'worker-1' },
    { timeMs: 7, kind: 'replica-set-scaled', object: 'replicaset/web', value: 3, detail: 'up' },
  ]);
  // A listener hears what happens from its coming on.
  expect(heard).toEqual([timeline.events.slice(1), timeline.events.slice(1)]);
});

it('keeps a fact before its listeners hear of it, so that what they note comes after', () => {
  const timeline = new Timeline(() => 0);
  timeline.onNote(({ kind }) => {
    if (kind === 'pod-gone') timeline.note('rollout-complete', 'deployment/web');
  });
  timeline.note('pod-gone', 'pod/web-0');
  expect(timeline.events.map(({ kind }) => kind)).toEqual(['pod-gone', 'rollout-complete']);
});
