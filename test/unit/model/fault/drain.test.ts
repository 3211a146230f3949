import { describe, expect, it } from 'vitest';
import { budget, eventsOf, firstMs, runWith } from './fault-run.ts';

const DRAIN = { at: '10s', drain: { node: 'worker-2' } };

describe('drain', () => {
  it('R-DRN-1: without a budget all pods of the node go at once, and none comes back to it', () => {
    const record = runWith([DRAIN]);
    const evicted = eventsOf(record, 'pod-evicted');
    expect(evicted.length).toBe(2);
    expect(evicted.every(({ timeMs }) => timeMs < 10_050)).toBe(true);
    const scheduled = eventsOf(record, 'pod-scheduled').map(({ node }) => node);
    expect(scheduled.length).toBe(2);
    expect(scheduled).not.toContain('worker-2');
    expect(firstMs(record, 'drain-complete')).toBeGreaterThan(firstMs(record, 'pod-gone'));
    expect(record.totals.failed).toBe(0);
  });

  it('R-PDB-3, R-DRN-2: a budget of one lets one go, and the next when its successor is Ready', () => {
    const record = runWith([DRAIN], { files: budget({ maxUnavailable: 1 }) });
    const [first, second] = eventsOf(record, 'pod-evicted').map(({ timeMs }) => timeMs);
    expect(eventsOf(record, 'eviction-refused').length).toBe(1);
    expect(second).toBeGreaterThan(firstMs(record, 'pod-ready'));
    // It is tried again every 5 s.
    const waitedMs = (second ?? 0) - (first ?? 0);
    expect(waitedMs % 5000).toBeLessThan(100);
    expect(record.pods.minReady).toBe(5);
  });

  it('R-PDB-4: with no disruption ever allowed it goes on for ever, and the run ends all the same', () => {
    const record = runWith([DRAIN], { files: budget({ minAvailable: 6 }) });
    expect(eventsOf(record, 'pod-evicted', 'drain-complete', 'drain-given-up')).toEqual([]);
    expect(eventsOf(record, 'eviction-refused').length).toBe(2);
    expect(record.endMs).toBeLessThan(120_000);
    expect(record.pods.minReady).toBe(6);
  });

  it('gives up after its timeout', () => {
    const drain = { at: '10s', drain: { node: 'worker-2', timeout: '30s' } };
    const record = runWith([drain], { files: budget({ minAvailable: 6 }) });
    expect(firstMs(record, 'drain-given-up', 'node/worker-2')).toBe(40_000);
  });

  it('R-PDB-3: pods that no budget counts as Ready go when the budget is met without them', () => {
    const never = { 'manifests/budget.yaml': budget({ minAvailable: 2 })['manifests/budget.yaml'] };
    const record = runWith(
      [
        { at: '10s', containerKill: { mode: 'all', nodes: ['worker-2'], containers: ['web'] } },
        { ...DRAIN, at: '11500ms' },
      ],
      {
        files: never,
      },
    );
    expect(eventsOf(record, 'eviction-refused')).toEqual([]);
    expect(eventsOf(record, 'pod-evicted').length).toBe(2);
  });

  it('two budgets over one pod fail it, and kubectl in the end', () => {
    const one = budget({ maxUnavailable: 1 })['manifests/budget.yaml'] as Record<string, unknown>;
    const record = runWith([DRAIN], {
      files: { 'manifests/a.yaml': one, 'manifests/b.yaml': { ...one, metadata: { name: 'other' } } },
    });
    expect(eventsOf(record, 'pod-evicted')).toEqual([]);
    expect(eventsOf(record, 'drain-given-up')[0]?.detail).toContain('2 budgets');
  });

  it('opens the node again when it was told to', () => {
    const record = runWith([
      { at: '10s', drain: { node: 'worker-2', uncordonAfter: '20s' } },
      { at: '40s', podKill: { mode: 'all' } },
    ]);
    expect(firstMs(record, 'node-uncordoned')).toBeCloseTo(30_001, -1);
    const after = eventsOf(record, 'pod-scheduled').filter(({ timeMs }) => timeMs > 40_000);
    expect(after.map(({ node }) => node)).toContain('worker-2');
  });

  it('with nowhere to go pods stay pending, and the run ends', () => {
    const record = runWith(
      ['worker-1', 'worker-2', 'worker-3'].map((node) => ({ at: '10s', drain: { node } })),
    );
    expect(eventsOf(record, 'pod-unschedulable')[0]?.detail).toContain('3 node(s) were unschedulable');
    expect(record.endMs).toBeLessThan(120_000);
    expect(record.causes[0]?.rule).toBe('R-DRN-1');
  });

  it('begins at a point of a rollout', () => {
    const record = runWith([{ when: { rollout: '50%', delay: '1s' }, drain: { node: 'worker-2' } }], {
      changes: [{ at: '10s', apply: 'changes/deployment.yaml', waitFor: 'rollout/complete' }],
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    const injectedMs = firstMs(record, 'fault-injected');
    const available = eventsOf(record, 'pod-ready').filter(({ timeMs }) => timeMs < injectedMs - 900);
    expect(available.length).toBe(3);
    expect(record.rollout.outcome).toBe('complete');
  });

  it('a point of a rollout that is never reached breaks nothing, and is not waited for', () => {
    const record = runWith([{ when: { rollout: '100%' }, drain: { node: 'worker-2' } }], {
      changes: [{ at: '10s', apply: 'changes/deployment.yaml' }],
      workload: { boot: '2s', versions: { '1.1.0': { boot: 'never' } } },
      progressDeadlineSeconds: 30,
    });
    expect(eventsOf(record, 'fault-injected')).toEqual([]);
    expect(record.rollout.outcome).toBe('stalled');
  });
});
