import { describe, expect, it } from 'vitest';
import { eventsOf, firstMs, PROBED, runWith } from './fault-run.ts';

const PRE_STOP = { ...PROBED, lifecycle: { preStop: { sleep: { seconds: 10 } } } };

function killed(podKill: Record<string, unknown>): number {
  return eventsOf(runWith([{ at: '10s', podKill }]), 'pod-terminating').length;
}

describe('pod kill', () => {
  it('R-POD-23: without grace the object vanishes at once, and its process has three seconds', () => {
    const record = runWith([{ at: '10s', podKill: {} }], {
      container: PRE_STOP,
      workload: { boot: '2s', onSigterm: { style: 'ignore' } },
    });
    const [gone] = eventsOf(record, 'pod-gone');
    const pod = gone?.object ?? '';
    const deletedMs = firstMs(record, 'pod-terminating', pod);
    expect(gone?.timeMs).toBe(deletedMs);
    // The preStop sleep of 10 s is cut after the one second that even a forced deletion gives.
    expect(firstMs(record, 'sigterm', pod) - deletedMs).toBeCloseTo(1000 + 1 + 5, 0);
    expect(firstMs(record, 'sigkill', pod) - firstMs(record, 'sigterm', pod)).toBe(2000);
    expect(firstMs(record, 'pod-created') - deletedMs).toBeLessThan(20);
  });

  it('R-CHX-5: with a grace it is an ordinary deletion', () => {
    const record = runWith([{ at: '10s', podKill: { gracePeriodSeconds: 30 } }], { container: PRE_STOP });
    const [{ object: pod } = { object: '' }] = eventsOf(record, 'pod-terminating');
    const deletedMs = firstMs(record, 'pod-terminating', pod);
    expect(firstMs(record, 'sigterm', pod) - deletedMs).toBeCloseTo(10_006, 0);
    expect(firstMs(record, 'pod-gone', pod)).toBeGreaterThan(deletedMs + 10_000);
    expect(record.totals.failed).toBe(0);
  });

  it('R-CHX-2: kills as many as its mode says, and all are replaced', () => {
    expect(killed({ mode: 'all' })).toBe(6);
    expect(killed({ mode: 'fixed', value: 4 })).toBe(4);
    expect(killed({ mode: 'fixed-percent', value: 40 })).toBe(2);
    expect(killed({ mode: 'all', nodes: ['worker-1'] })).toBe(2);
  });

  it('never gives a name twice, even when the newest pod goes first', () => {
    const record = runWith([{ at: '10s', podKill: { mode: 'all' } }]);
    const created = eventsOf(record, 'pod-created').map(({ object }) => object);
    const killed = new Set(eventsOf(record, 'pod-terminating').map(({ object }) => object));
    expect(created.length).toBe(6);
    expect(created.filter((pod) => killed.has(pod))).toEqual([]);
  });

  it('is blamed for what it cuts', () => {
    const slow = { boot: '2s', serviceTime: '8s', concurrency: 100 };
    const record = runWith([{ at: '20s', podKill: {} }], {
      workload: slow,
      rate: 20,
      clients: { timeout: '30s', keepAlive: false },
    });
    expect(record.totals.failed).toBeGreaterThan(5);
    expect(record.causes.map(({ rule }) => rule)).toEqual(['R-POD-23']);
    expect(record.causes[0]?.where[0]).toMatchObject({ file: 'scenario.yaml' });
  });
});
