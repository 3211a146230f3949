import { describe, expect, it } from 'vitest';
import { SECOND_MS } from '../../../../src/kernel/time.ts';
import { eventsOf, firstMs, runWith } from './fault-run.ts';

const NODE = 'node/worker-2';
const down = (effect: string, duration?: string) => ({
  at: '20s',
  nodeDown: { node: 'worker-2', effect, ...(duration !== undefined && { for: duration }) },
});

describe('a node that loses power for good', () => {
  const record = runWith([down('crash')], { clients: { keepAlive: false, timeout: '1s' } });

  it('R-NOD-2: is missed after 40 to 60 s', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const missedMs =
        firstMs(runWith([down('crash', '100s')], { rate: 1 }, seed), 'node-unready', NODE) - 20_000;
      expect(missedMs).toBeGreaterThan(40 * SECOND_MS);
      expect(missedMs).toBeLessThan(61 * SECOND_MS);
    }
  });

  it('R-NOD-3: its pods leave the endpoints then, and until then requests to them time out', () => {
    const missedMs = firstMs(record, 'node-unready', NODE);
    const unready = eventsOf(record, 'pod-unready');
    expect(unready.length).toBe(2);
    expect(unready.every(({ timeMs }) => timeMs - missedMs < 100)).toBe(true);
    const failedMs = record.failedSample.map(({ endedMs }) => endedMs);
    expect(Math.max(...failedMs)).toBeLessThan(missedMs + 2000);
    expect(record.causes.map(({ rule }) => rule)).toEqual(['R-NOD-3']);
    // A third of what the clients that are left ask for.
    const asked = (missedMs - 20_000) * 0.1 * (2 / 3);
    expect(record.totals.failed / asked).toBeGreaterThan(0.28);
    expect(record.totals.failed / asked).toBeLessThan(0.4);
  });

  it('R-NOD-6, R-NOD-7: its pods are deleted 300 s later, and replaced elsewhere', () => {
    const taintedMs =
      eventsOf(record, 'node-tainted').find(({ detail }) => detail?.endsWith('NoExecute') === true)?.timeMs ??
      0;
    const deleted = eventsOf(record, 'pod-terminating');
    expect(deleted.length).toBe(2);
    for (const { timeMs } of deleted) expect((timeMs - taintedMs) / SECOND_MS).toBeCloseTo(300, 0);
    const nodes = eventsOf(record, 'pod-scheduled').map(({ node }) => node);
    expect(nodes.length).toBe(2);
    expect(nodes).not.toContain('worker-2');
  });

  it('R-NOD-8: they stay Terminating, and the run ends', () => {
    expect(eventsOf(record, 'pod-gone')).toEqual([]);
    expect(record.endMs).toBeLessThan(420_000);
  });
});

describe('a node that comes back', () => {
  it('R-NOD-9: sooner than it is missed, nobody notices; containers start again in the same pods', () => {
    const record = runWith([down('crash', '30s')], { clients: { keepAlive: false, timeout: '1s' } });
    expect(eventsOf(record, 'node-unready', 'pod-terminating', 'pod-created')).toEqual([]);
    expect(eventsOf(record, 'container-started').length).toBe(2);
    expect(eventsOf(record, 'pod-unready').every(({ timeMs }) => timeMs > 50_000)).toBe(true);
    expect(eventsOf(record, 'pod-ready').length).toBe(2);
    expect(record.causes.map(({ rule }) => rule)).toEqual(['R-NOD-9']);
  });

  it('after it was missed, it is Ready again, and loses its taints before its pods are deleted', () => {
    const record = runWith([down('crash', '100s')]);
    expect(firstMs(record, 'node-ready', NODE)).toBeLessThan(120_100);
    expect(eventsOf(record, 'node-untainted').length).toBe(2);
    expect(eventsOf(record, 'pod-terminating')).toEqual([]);
    expect(eventsOf(record, 'pod-ready').length).toBe(2);
  });

  it('after its pods were deleted, it removes them', () => {
    const record = runWith([down('crash', '400s')]);
    expect(eventsOf(record, 'pod-gone').length).toBe(2);
    expect(firstMs(record, 'pod-gone')).toBeGreaterThan(420_000);
  });
});

describe('a node that stands still', () => {
  it('goes on where it was: no container starts anew', () => {
    const record = runWith([down('pause', '30s')]);
    expect(eventsOf(record, 'container-started', 'container-exited', 'pod-unready')).toEqual([]);
    expect(record.totals.failed).toBeGreaterThan(0);
  });

  it('R-NOD-3: missed for long, its kubelet puts its pods’ readiness right within its 10 s look', () => {
    const record = runWith([down('pause', '100s')]);
    const ready = eventsOf(record, 'pod-ready').map(({ timeMs }) => timeMs - 120_000);
    expect(ready.length).toBe(2);
    expect(Math.max(...ready)).toBeLessThan(10_500);
    expect(eventsOf(record, 'container-started')).toEqual([]);
  });
});

describe('a node without network', () => {
  it('R-NOD-10: its pods run on, and its own clients reach only them', () => {
    const record = runWith([down('partition', '30s')], { clients: { keepAlive: false, timeout: '1s' } });
    expect(record.causes.map(({ rule }) => rule)).toEqual(['R-NOD-10']);
    const asked = 30 * 100;
    // Of the clients elsewhere a third of the requests, of its own two thirds: 2/3 · 1/3 + 1/3 · 2/3.
    expect(record.totals.failed / asked).toBeGreaterThan(0.4);
    expect(record.totals.failed / asked).toBeLessThan(0.5);
    expect(record.totals.offered).toBeGreaterThan(5700);
  });

  it('hears of the deletions that it has missed when it is back', () => {
    const record = runWith([down('partition', '400s')]);
    const terminating = eventsOf(record, 'pod-terminating').map(({ object }) => object);
    for (const pod of terminating) expect(firstMs(record, 'sigterm', pod)).toBeGreaterThan(420_000);
    expect(eventsOf(record, 'pod-gone').length).toBe(2);
  });
});

describe('several nodes', () => {
  it('R-NOD-5: with every node gone nothing is tainted in the end, and the run ends', () => {
    const record = runWith(
      ['worker-1', 'worker-2', 'worker-3'].map((node) => ({ at: '20s', nodeDown: { node } })),
    );
    const noExecute = (kind: 'node-tainted' | 'node-untainted'): number =>
      eventsOf(record, kind).filter(({ detail }) => detail?.endsWith('NoExecute') === true).length;
    expect(noExecute('node-tainted')).toBe(noExecute('node-untainted'));
    expect(eventsOf(record, 'pod-terminating')).toEqual([]);
    expect(record.endMs).toBeLessThan(200_000);
  });

  it('R-NOD-5: the second of a zone is tainted 10 s after the first', () => {
    const record = runWith(
      ['worker-1', 'worker-2'].map((node) => ({ at: '20s', nodeDown: { node, for: '100s' } })),
    );
    const times = eventsOf(record, 'node-tainted')
      .filter(({ detail }) => detail?.endsWith('NoExecute') === true)
      .map(({ timeMs }) => timeMs);
    expect(times.length).toBe(2);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(9900);
  });

  it('a node that is down already is not taken down again', () => {
    const record = runWith([down('crash', '30s'), { at: '30s', nodeDown: { node: 'worker-2', for: '5s' } }]);
    expect(eventsOf(record, 'node-down').length).toBe(1);
    expect(firstMs(record, 'node-up', NODE)).toBe(50_000);
  });
});

describe('clients', () => {
  it('of a node that is down ask for nothing, and start afresh with it', () => {
    const record = runWith([down('crash', '30s')]);
    // 60 s at 100 requests a second, without a third of them for a little more than half of the time.
    expect(record.totals.offered).toBeLessThan(5150);
    expect(record.totals.offered).toBeGreaterThan(4700);
  });

  it('of a closed loop think on when their node is back', () => {
    const record = runWith([down('pause', '20s')], {
      traffic: { arrivals: 'closed', closed: { users: 30, thinkTime: '100ms' } },
    });
    const { offered } = record.series;
    const before = offered.slice(100, 150).reduce((sum, count) => sum + count, 0);
    const after = offered.slice(500, 550).reduce((sum, count) => sum + count, 0);
    expect(after / before).toBeGreaterThan(0.9);
  });
});
