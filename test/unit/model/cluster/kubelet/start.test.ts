import { describe, expect, it } from 'vitest';
import { containerOf, hookOf, NodeBench, podOf, probeOf, templateOf } from './node-bench.ts';

const app = containerOf('app');

describe('the start of a pod', () => {
  it('begins when the watch brings the bound pod and reports phase and address (R-POD-2, R-POD-3)', () => {
    const bench = new NodeBench();
    bench.create(templateOf([app]));
    bench.runUntil(3000);
    // Watch 1 ms, sandbox and start 1000 ms.
    expect(bench.notes('container-started')).toEqual([
      { timeMs: 1001, kind: 'container-started', object: 'pod/pod-1' },
    ]);
    expect(bench.runtime.addresses).toEqual([{ pod: 'pod-1', up: true, timeMs: 1001 }]);
    expect(bench.pod()).toMatchObject({
      phase: 'Running',
      hasIp: true,
      ready: true,
      readyTransitionMs: 1000,
    });
    // Relist and sync 50 ms, then GET 2 ms and half of the PATCH (R-POD-7, R-POD-15).
    expect(bench.notes('pod-ready')[0]?.timeMs).toBe(1001 + 50 + 3);
  });

  it('leaves pods of other nodes and unbound pods alone', () => {
    const bench = new NodeBench();
    bench.context.api.commitCreate<'Pod'>(podElsewhere('node-2'));
    bench.context.api.commitCreate<'Pod'>(podElsewhere(null));
    bench.runUntil(5000);
    expect(bench.runtime.processes).toEqual([]);
  });

  it('starts further containers in order, each at the price of a container alone (R-POD-5)', () => {
    const bench = new NodeBench();
    bench.create(templateOf([app, containerOf('helper')]));
    bench.runUntil(3000);
    expect(bench.notes('container-started').map(({ timeMs, detail }) => [timeMs, detail])).toEqual([
      [1001, 'app'],
      [1401, 'helper'],
    ]);
    expect(bench.pod()?.ready).toBe(true);
  });

  it('runs init containers one after another; each end is seen by the periodic relist (R-POD-5, R-POD-7)', () => {
    const bench = new NodeBench();
    bench.runtime.behaviourOf = (name) => (name === 'app' ? {} : { runsMs: 2000 });
    bench.create(templateOf([app], { initContainers: [containerOf('one'), containerOf('two')] }));
    bench.runUntil(20_000);
    const [one, two, main] = ['one', 'two', 'app'].map((name) => bench.process(name));
    const gap = (two?.startedMs ?? 0) - (one?.endedMs ?? 0);
    expect(one?.startedMs).toBe(1001);
    expect(gap).toBeGreaterThanOrEqual(400);
    expect(gap).toBeLessThanOrEqual(1400);
    expect(main?.startedMs).toBeGreaterThan(two?.endedMs ?? Infinity);
    expect(bench.pod()).toMatchObject({ phase: 'Running', ready: true });
  });

  it('restarts an init container that fails and ends the pod when its policy is Never', () => {
    const failing = containerOf('migrate');
    const always = new NodeBench();
    always.runtime.behaviourOf = (name, restart) =>
      name === 'app' ? {} : { runsMs: 1000, exitCode: restart === 0 ? 1 : 0 };
    always.create(templateOf([app], { initContainers: [failing] }));
    always.runUntil(20_000);
    expect(always.process('migrate', 1).endedMs).not.toBeNull();
    expect(always.pod()?.phase).toBe('Running');

    const never = new NodeBench();
    never.runtime.behaviourOf = () => ({ runsMs: 1000, exitCode: 1 });
    never.create(templateOf([app], { initContainers: [failing], restartPolicy: 'Never' }));
    never.runUntil(20_000);
    expect(never.runtime.processes).toHaveLength(1);
    expect(never.pod()?.phase).toBe('Failed');
  });

  it('reports such a failure only when its sidecars have ended (R-POD-24)', () => {
    const bench = new NodeBench();
    bench.runtime.behaviourOf = (name) =>
      name === 'migrate' ? { runsMs: 1000, exitCode: 1 } : { drainMs: 4000 };
    const initContainers = [containerOf('proxy', { sidecar: true }), containerOf('migrate')];
    bench.create(templateOf([app], { initContainers, restartPolicy: 'Never' }));
    bench.runUntil(30_000);
    const endedMs = bench.process('proxy').endedMs ?? Number.NaN;
    const failed = bench.stored.find(({ pod }) => pod?.phase === 'Failed');
    expect(failed?.timeMs).toBeGreaterThan(endedMs);
    expect(bench.pod()?.phase).toBe('Failed');
  });

  it('waits for a sidecar to be Started before it goes on (R-POD-5, R-POD-11)', () => {
    const bench = new NodeBench();
    bench.runtime.behaviourOf = (name) => ({ bootMs: name === 'proxy' ? 3000 : 0 });
    const proxy = containerOf('proxy', {
      sidecar: true,
      startupProbe: probeOf({ periodSeconds: 1, failureThreshold: 30 }),
    });
    bench.create(templateOf([app], { initContainers: [proxy] }));
    bench.runUntil(15_000);
    const waited = bench.process('app').startedMs - bench.process('proxy').startedMs;
    expect(waited).toBeGreaterThanOrEqual(3000 + 400);
    expect(waited).toBeLessThanOrEqual(4100 + 400);
  });

  it('runs postStart before anything else goes on, the status included (R-POD-6)', () => {
    const bench = new NodeBench();
    const hooked = containerOf('app', { postStart: hookOf('exec', 3) });
    bench.create(templateOf([hooked, containerOf('helper')]));
    bench.runUntil(4000);
    expect(bench.pod()?.phase).toBe('Pending');
    bench.runUntil(8000);
    expect(bench.process('helper').startedMs).toBe(1001 + 3000 + 400);
    expect(bench.pod()?.phase).toBe('Running');
  });

  it('never makes a pod with readiness gates ready (R-POD-14)', () => {
    const bench = new NodeBench();
    bench.create(templateOf([app], { readinessGates: ['example.com/gate'] }));
    bench.runUntil(120_000);
    expect(bench.pod()).toMatchObject({ phase: 'Running', ready: false });
  });

  it('is broken off by a deletion: no container starts any more', () => {
    const bench = new NodeBench();
    bench.create(templateOf([app]));
    bench.runUntil(500);
    bench.delete();
    bench.runUntil(5000);
    expect(bench.runtime.processes).toEqual([]);
    expect(bench.pod()).toBeUndefined();
    expect(bench.seconds('pod-gone')).toEqual([1.1]);
  });
});

describe('images (R-POD-4)', () => {
  it.each([
    ['IfNotPresent', 'app:1', 1001],
    ['IfNotPresent', 'app:2', 4001],
    ['Always', 'app:1', 1201],
    ['Never', 'app:1', 1001],
  ] as const)('%s %s: the container starts at %d ms', (imagePullPolicy, image, startedMs) => {
    const bench = new NodeBench();
    bench.create(templateOf([containerOf('app', { image, imagePullPolicy })]));
    bench.runUntil(10_000);
    expect(bench.process('app').startedMs).toBe(startedMs);
  });

  it('never starts a container whose image is absent and may not be pulled', () => {
    const bench = new NodeBench();
    bench.create(templateOf([containerOf('app', { image: 'app:2', imagePullPolicy: 'Never' })]));
    bench.runUntil(60_000);
    expect(bench.runtime.processes).toEqual([]);
    expect(bench.pod()?.phase).toBe('Pending');
  });

  it.each([
    [true, [4001, 7001]],
    [false, [4001, 4001]],
  ])('pulls one after another when serializeImagePulls is %s', (serializeImagePulls, started) => {
    const bench = new NodeBench({ serializeImagePulls });
    bench.create(templateOf([containerOf('app', { image: 'a:1' })]), 'pod-1');
    bench.create(templateOf([containerOf('app', { image: 'b:1' })]), 'pod-2');
    bench.runUntil(10_000);
    expect(bench.runtime.processes.map((process) => process.startedMs)).toEqual(started);
  });

  it('downloads an image once: the pod behind in the queue only checks it', () => {
    const bench = new NodeBench();
    bench.create(templateOf([containerOf('app', { image: 'a:1' })]), 'pod-1');
    bench.create(templateOf([containerOf('app', { image: 'a:1' })]), 'pod-2');
    bench.runUntil(10_000);
    expect(bench.runtime.processes.map((process) => process.startedMs)).toEqual([4001, 4201]);
  });
});

function podElsewhere(nodeName: string | null): ReturnType<typeof podOf> {
  return { ...podOf(templateOf([app]), nodeName ?? 'unbound'), nodeName };
}
