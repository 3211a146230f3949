import { describe, expect, it } from 'vitest';
import { rolloutStatus } from '../../../../src/model/cluster/kubectl.ts';
import { RolloutBench, testDeployment, withTemplate } from '../cluster/deployment/rollout-bench.ts';

const manifest = testDeployment({ replicas: 3, strategy: { type: 'Recreate' } });

/** Whether pods of two templates ever existed at once. */
function watchOverlap(bench: RolloutBench): { overlapped: boolean } {
  const seen = { overlapped: false };
  bench.onChange = () => {
    if (new Set(bench.pods.map((pod) => pod.template.hash)).size > 1) seen.overlapped = true;
  };
  return seen;
}

describe('Recreate (R-DEP-20)', () => {
  it('creates the new pods only when the last old object is gone', () => {
    const bench = new RolloutBench({ stopMs: () => 40_000, startMs: () => 5000 });
    bench.settle(manifest);
    const seen = watchOverlap(bench);
    bench.apply(withTemplate(manifest, 'v2'));
    bench.run(30_000);
    expect(bench.pods).toHaveLength(3);
    expect(bench.replicaSets).toHaveLength(1);
    bench.run(120_000);
    expect(seen.overlapped).toBe(false);
    expect(bench.sizes).toEqual({ 'web-v1': 0, 'web-v2': 3 });
    expect(bench.timeOf('rollout-complete')).toBeGreaterThan(45_000);
    expect(bench.timeOf('rollout-complete')).toBeLessThan(46_000);
    expect(bench.extremes.availableMin).toBe(0);
  });

  it('is blocked for ever by a terminating pod that never goes (R-SUR-24)', () => {
    const bench = new RolloutBench({ stopMs: (pod) => (pod.name.endsWith('-1') ? null : 1000) });
    bench.settle(manifest);
    bench.apply(withTemplate(manifest, 'v2'));
    bench.run(500_000);
    expect(bench.pods.map((pod) => pod.name)).toEqual(['web-v1-1']);
    expect(bench.replicaSets).toHaveLength(1);
    // All old pods left the count in one step, which is the only progress there was: no deadline runs from it, and
    // the condition of the rollout before stands. Only the counts tell.
    bench.run(700_000);
    expect(bench.deployment.status.progressing?.reason).toBe('NewReplicaSetAvailable');
    expect(rolloutStatus(bench.deployment)).toMatchObject({ phase: 'updating', done: false });
    expect(bench.timeOf('rollout-started')).toBeLessThan(1000);
    expect(bench.timeOf('rollout-complete')).toBeUndefined();
  });

  it('does not wait when it is only scaled', () => {
    const bench = new RolloutBench({ startMs: () => 1000, stopMs: () => null });
    bench.settle(manifest);
    bench.apply({ ...manifest, replicas: 1 });
    bench.run(10_000);
    bench.apply({ ...manifest, replicas: 4 });
    bench.run(20_000);
    expect(bench.available).toHaveLength(4);
    expect(bench.pods).toHaveLength(6);
  });
});
