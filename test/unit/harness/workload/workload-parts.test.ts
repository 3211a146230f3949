/** The workload's parts by themselves: draws, workers, CPU time, hooks, lines of its life, and its image. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileDistribution, type DistributionSpec } from '../../../../src/kernel/distribution.ts';
import { cpuBurner } from '../../../../src/harness/workload/cpu-burner.ts';
import { draw } from '../../../../src/harness/workload/duration-law.ts';
import { librariesIn, workloadModules } from '../../../../src/harness/workload/image-files.ts';
import { describeWorkloadImage, writeBuildContext } from '../../../../src/harness/workload/image.ts';
import { formatLifeLine, readLifeLine, type LifeLine } from '../../../../src/harness/workload/life-line.ts';
import { WorkerPool } from '../../../../src/harness/workload/worker-pool.ts';

describe('draws', () => {
  const specs: readonly DistributionSpec[] = [
    { kind: 'constant', value: 7 },
    { kind: 'uniform', min: 2, max: 6 },
    { kind: 'exponential', mean: 20 },
    { kind: 'lognormal', p50: 20, p99: 40 },
    { kind: 'gamma', mean: 20, cv: 0.5 },
    { kind: 'gamma', mean: 20, cv: 1.4 },
    { kind: 'empirical', values: [1, 2, 9] },
  ];

  it.each(specs)('$kind has the simulator’s mean', (spec) => {
    const { mean, variance } = compileDistribution(spec);
    const count = 20_000;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += draw(spec);
    // Six standard errors: about one run in a thousand million is outside.
    expect(Math.abs(sum / count - mean)).toBeLessThanOrEqual(6 * Math.sqrt(variance / count) + 1e-9);
  });
});

describe('workers (R-APP-9)', () => {
  it('take so many at once, let so many wait, and refuse one more', () => {
    const pool = new WorkerPool(2, 1);
    const running: (() => void)[] = [];
    const job = (done: () => void): void => {
      running.push(done);
    };
    expect([pool.take(job), pool.take(job), pool.take(job), pool.take(job)]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(running.length).toBe(2);
    running.shift()?.();
    expect(running.length).toBe(2);
  });

  it('tell when nothing runs any more', () => {
    const pool = new WorkerPool(1, 1);
    let idle = 0;
    pool.whenIdle(() => (idle += 1));
    expect(idle).toBe(1);
    const ends: (() => void)[] = [];
    pool.take((done) => ends.push(done));
    pool.whenIdle(() => (idle += 1));
    expect(idle).toBe(1);
    ends[0]?.();
    expect(idle).toBe(2);
  });
});

describe('CPU time', () => {
  it('is used up to about what is asked for', () => {
    const burn = cpuBurner(2);
    const before = process.cpuUsage();
    for (let i = 0; i < 50; i++) burn();
    const { user, system } = process.cpuUsage(before);
    // 1.95 ms each, since the server itself takes the rest.
    expect((user + system) / 1000).toBeGreaterThanOrEqual(97);
    expect((user + system) / 1000).toBeLessThan(150);
  });

  it('is not used where the server itself takes as much', () => {
    const before = process.cpuUsage().user;
    const burn = cpuBurner(0);
    for (let i = 0; i < 1000; i++) burn();
    expect(process.cpuUsage().user - before).toBeLessThan(20_000);
  });
});

describe('lines of a life', () => {
  const line: LifeLine = { life: 'sigterm', epochMs: 5, pod: 'p', node: 'n', signal: 'SIGTERM' };

  it('are found in a container runtime’s log, and others are left', () => {
    expect(readLifeLine(formatLifeLine(line))).toEqual(line);
    expect(readLifeLine(`2026-11-24T10:00:00Z stdout F ${formatLifeLine(line)}`)).toEqual(line);
    expect(readLifeLine('{"level":"info"}')).toBe(null);
    expect(readLifeLine('{"life":"born","epochMs":1}')).toBe(null);
    expect(readLifeLine(formatLifeLine(line).slice(0, 20))).toBe(null);
  });
});

describe('the image', () => {
  it('needs no module but its own and Node.js’s', () => {
    const modules = workloadModules();
    expect(modules.has('main.js')).toBe(true);
    for (const script of modules.values()) {
      for (const [, from = ''] of script.matchAll(/\bfrom '([^']+)'/gu))
        expect(from.startsWith('node:') || modules.has(from.replace('./', ''))).toBe(true);
    }
  });

  it('has the libraries that ldd names, the loader among them', () => {
    const text = [
      '\tlinux-vdso.so.1 (0x00007f)',
      '\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f)',
      '\t/lib64/ld-linux-x86-64.so.2 (0x00007f)',
    ].join('\n');
    expect(librariesIn(text)).toEqual(['/lib/x86_64-linux-gnu/libm.so.6', '/lib64/ld-linux-x86-64.so.2']);
    expect(() => librariesIn('\tlibx.so => not found')).toThrow(
      /libx\.so of the workload’s image is not found/u,
    );
  });

  it.runIf(process.platform === 'linux')(
    'brings Node.js, a shell and sleep with their libraries',
    async () => {
      const { machineFiles } = await describeWorkloadImage('linux');
      expect(machineFiles.slice(0, 3)).toEqual([process.execPath, '/bin/sh', '/bin/sleep']);
      expect(machineFiles.some((file) => /libc\b/u.test(file))).toBe(true);
      expect(new Set(machineFiles).size).toBe(machineFiles.length);
    },
  );

  it('is built on Node.js’s own where this machine’s cannot run', async () => {
    const image = await describeWorkloadImage('darwin');
    expect(image.dockerfile).toMatch(/^FROM node:\d+-slim\n/u);
    expect(image.machineFiles).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), 'context-'));
    try {
      writeBuildContext({ ...image, machineFiles: [process.execPath] }, folder);
      expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toBe(image.dockerfile);
      expect(readdirSync(join(folder, 'root/workload')).sort()).toEqual(
        [...image.modules.keys(), 'package.json'].sort(),
      );
      expect(statSync(join(folder, 'root/usr/local/bin/node')).mode & 0o111).toBe(0o111);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has a name that changes with what it holds', async () => {
    const [here, there] = [await describeWorkloadImage('darwin'), await describeWorkloadImage('win32')];
    expect(here.name).toBe(there.name);
    expect(here.name).toMatch(/^docker\.io\/rollout-sim\/workload:[0-9a-f]{16}$/u);
  });
});
