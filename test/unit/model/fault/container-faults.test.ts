import { describe, expect, it } from 'vitest';
import { eventsOf, firstMs, PROBED, runWith } from './fault-run.ts';

describe('container kill', () => {
  it('R-CHX-7, R-POD-25: the process goes, the pod stays, and starts it again at once', () => {
    const record = runWith([{ at: '10s', containerKill: { containers: ['web'] } }]);
    const [exit] = eventsOf(record, 'container-exited');
    const pod = exit?.object ?? '';
    expect(exit).toMatchObject({ timeMs: 10_000, detail: 'exit code 137' });
    const noticedMs = firstMs(record, 'pod-unready', pod) - 10_000;
    expect(noticedMs).toBeGreaterThan(0);
    expect(noticedMs).toBeLessThan(1100);
    expect(firstMs(record, 'listener-open', pod) - firstMs(record, 'container-started', pod)).toBe(2000);
    expect(firstMs(record, 'pod-ready', pod)).toBeLessThan(14_500);
    expect(eventsOf(record, 'pod-terminating', 'pod-created')).toEqual([]);
  });

  it('R-POD-26: a second kill soon after waits in back-off', () => {
    const kill = { containerKill: { mode: 'all', containers: ['web'] } };
    const record = runWith([
      { at: '10s', ...kill },
      { at: '14s', ...kill },
    ]);
    const [{ object: pod } = { object: '' }] = eventsOf(record, 'container-exited');
    const starts = eventsOf(record, 'container-started').filter(({ object }) => object === pod);
    expect(starts.length).toBe(2);
    expect((starts[1]?.timeMs ?? 0) - 14_000).toBeGreaterThanOrEqual(10_000);
  });

  it('is blamed for refused and cut requests', () => {
    const record = runWith([{ at: '10s', containerKill: { mode: 'all', containers: ['web'] } }], {
      rate: 300,
    });
    expect(record.totals.failed).toBeGreaterThan(20);
    expect(record.causes[0]?.rule).toBe('R-CHX-7');
  });
});

describe('pod failure', () => {
  const record = runWith([{ at: '10s', podFailure: { for: '20s' } }], { graceSeconds: 5 });
  const [{ object: pod } = { object: '' }] = eventsOf(record, 'sigterm');

  it('R-CHX-6: the kubelet ends the container with its grace, and runs one that never listens', () => {
    const starts = eventsOf(record, 'container-started').map(({ timeMs }) => timeMs);
    expect(starts.length).toBe(2);
    expect(firstMs(record, 'sigterm', pod)).toBeCloseTo(10_003, -1);
    expect(firstMs(record, 'pod-unready', pod)).toBeLessThan(13_500);
    const opened = eventsOf(record, 'listener-open').filter(({ object }) => object === pod);
    expect(opened.map(({ timeMs }) => timeMs > 30_000)).toEqual([true]);
  });

  it('puts the images back, and the pod is Ready again without having been deleted', () => {
    expect(firstMs(record, 'pod-ready', pod)).toBeGreaterThan(32_000);
    expect(firstMs(record, 'pod-ready', pod)).toBeLessThan(36_000);
    expect(eventsOf(record, 'pod-terminating', 'pod-created')).toEqual([]);
  });

  it('is blamed while the pod is still in rotation without a probe', () => {
    const bare = runWith([{ at: '10s', podFailure: { for: '20s' } }], {
      container: {},
      clients: { keepAlive: false },
    });
    expect(bare.totals.failed).toBeGreaterThan(50);
    expect(bare.causes[0]?.rule).toBe('R-CHX-6');
  });
});

describe('dependency outage', () => {
  const workload = { boot: '2s', dependencies: ['redis'] };
  const outage = { at: '10s', dependencyOutage: { dependency: 'redis', for: '20s' } };

  it('R-APP-6: every pod is unready after its failure threshold, and back within a period', () => {
    const record = runWith([outage], { workload });
    const unready = eventsOf(record, 'pod-unready').map(({ timeMs }) => timeMs - 10_000);
    expect(unready.length).toBe(6);
    expect(Math.min(...unready)).toBeGreaterThan(2000);
    expect(Math.max(...unready)).toBeLessThan(3100);
    const ready = eventsOf(record, 'pod-ready').map(({ timeMs }) => timeMs - 30_000);
    expect(ready.length).toBe(6);
    expect(Math.max(...ready)).toBeLessThan(1100);
  });

  it('R-KP-7: every new connection is refused meanwhile', () => {
    const record = runWith([outage], { workload, clients: { keepAlive: false } });
    expect(record.causes.map(({ rule }) => rule)).toEqual(['R-APP-6']);
    expect(record.totals.failedByClass.refused).toBeGreaterThan(1500);
  });

  it('R-APP-8: liveness that asks the same question restarts every container', () => {
    const [probe] = [PROBED['readinessProbe'] as Record<string, unknown>];
    const container = { ...PROBED, livenessProbe: { ...probe, failureThreshold: 5 } };
    const record = runWith([outage], { workload, container });
    expect(eventsOf(record, 'sigterm').length).toBeGreaterThanOrEqual(6);
  });

  it('leaves probes alone that ask for something else', () => {
    const elsewhere = { livenessProbe: { httpGet: { path: '/alive', port: 'http' }, periodSeconds: 1 } };
    const alive = runWith([outage], { workload, container: { ...PROBED, ...elsewhere } });
    expect(eventsOf(alive, 'sigterm')).toEqual([]);
    const tcp = { readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } };
    expect(eventsOf(runWith([outage], { workload, container: tcp }), 'pod-unready')).toEqual([]);
  });

  it('two outages at once are over when both are', () => {
    const record = runWith([outage, { at: '20s', dependencyOutage: { dependency: 'redis', for: '20s' } }], {
      workload,
    });
    expect(eventsOf(record, 'pod-ready').every(({ timeMs }) => timeMs > 40_000)).toBe(true);
    expect(eventsOf(record, 'pod-unready').length).toBe(6);
  });
});
