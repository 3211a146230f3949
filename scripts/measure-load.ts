/**
 * `npx node scripts/measure-load.ts [SECONDS]`: what the built-in load generator takes of a processor, against the
 * workload itself on this machine. CPU time is counted and not wall time, so that other work disturbs it little. Below
 * that, what bare sockets take for the same new connections, and how much of it is the kernel's: no generator takes less.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { builtInLoad } from '../src/harness/load/built-in-load.ts';
import type { LoadPlan } from '../src/harness/load.ts';
import { targetOf } from '../src/harness/load/target.ts';
import { readLifeLine } from '../src/harness/workload/life-line.ts';
import { workloadEnvironment } from '../src/harness/workload/settings.ts';
import { loadScenario } from '../src/scenario/load.ts';
import type { Traffic, Workload } from '../src/scenario/scenario.ts';
import { readScenarioFiles } from '../src/scenario-files.ts';

const PORT = 18_080;
const AHEAD_MS = 2000;
const WORKLOAD = fileURLToPath(new URL('../src/harness/workload/main.ts', import.meta.url));
const CASES = [
  { rateRps: 1000, keepAlive: true },
  { rateRps: 2000, keepAlive: true },
  { rateRps: 4000, keepAlive: true },
  { rateRps: 1000, keepAlive: false },
  { rateRps: 2000, keepAlive: false },
] as const;
/** Just-in-time compilation is over by then. */
const WARM_UP_MS = 3000;

const seconds = Number(process.argv[2] ?? 10);
const { scenario } = loadScenario(readScenarioFiles('black-friday'));
const deployment = scenario?.before.find((object) => object.kind === 'Deployment');
const container = deployment?.kind === 'Deployment' ? deployment.template.containers[0] : undefined;
if (scenario === null || container === undefined) throw new Error('black-friday has a container');

const workload: Workload = {
  ...container.workload,
  // One server stands for 20 pods.
  concurrency: 4096,
  cpuPerRequestMs: 0,
  boot: { kind: 'constant', value: 0 },
};
const server = spawn(process.execPath, [WORKLOAD], {
  env: {
    ...workloadEnvironment(workload, { ports: [PORT], readinessPath: null, probePaths: [] }),
    WORKLOAD_HOST: '127.0.0.1',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const lines = createInterface(server.stdout);
for await (const line of lines) if (readLifeLine(line)?.life === 'listening') break;

console.log('requests/s  connections  CPU ms a second  cores per 1000/s  not ok  lag p99 ms, worst second');
for (const { rateRps, keepAlive } of CASES) console.log(await measure(rateRps, keepAlive, scenario.traffic));
console.log('\nbare sockets  connections  cores per 1000/s  the kernel alone');
for (const rateRps of [1000, 2000]) console.log(await measureBare(rateRps, scenario.traffic));
server.kill('SIGKILL');
await once(server, 'exit');

async function measure(rateRps: number, keepAlive: boolean, traffic: Traffic): Promise<string> {
  const entrance = { host: '127.0.0.1', port: PORT } as const;
  const node = { name: 'here', role: 'worker', address: '127.0.0.1', entrance } as const;
  const plan: LoadPlan = {
    traffic: { ...traffic, rate: [{ atMs: 0, rateRps }], clients: { ...traffic.clients, keepAlive } },
    entrances: [{ node: 'here', ...entrance, sources: [] }],
    seed: 1,
    zeroEpochMs: Date.now() + AHEAD_MS,
    startMs: 0,
    endMs: seconds * 1000,
  };
  const run = await builtInLoad({ name: 'none', nodePort: PORT, nodes: [node] }).start(plan);
  const { requests, offered, cpuMs, lagP99Ms } = await run.finished;
  const failed = [...requests].filter(({ outcome }) => outcome !== 'ok').length;
  const perSecond = cpuMs / seconds;
  return [
    String(Math.round(offered / seconds)).padStart(10),
    (keepAlive ? 'kept alive' : 'new').padStart(12),
    perSecond.toFixed(0).padStart(16),
    (cpuMs / offered).toFixed(3).padStart(17),
    String(failed).padStart(7),
    Math.max(0, ...lagP99Ms)
      .toFixed(1)
      .padStart(27),
  ].join(' ');
}

/** Opens connections that carry one request each and close; nothing is kept of them. */
async function measureBare(rateRps: number, traffic: Traffic): Promise<string> {
  const { host, port, lastRequest } = targetOf(
    0,
    [{ node: 'here', host: '127.0.0.1', port: PORT, sources: [] }],
    traffic.clients,
  );
  const startMs = performance.now();
  let opened = 0;
  let warm: { readonly cpu: NodeJS.CpuUsage; readonly opened: number } | null = null;
  for (;;) {
    const elapsedMs = performance.now() - startMs;
    if (warm === null && elapsedMs >= WARM_UP_MS) warm = { cpu: process.cpuUsage(), opened };
    if (elapsedMs >= WARM_UP_MS + seconds * 1000) break;
    for (; opened < (elapsedMs * rateRps) / 1000; opened++) {
      const socket = connect({ host, port, allowHalfOpen: true });
      socket.on('connect', () => socket.write(lastRequest));
      socket.on('end', () => socket.destroy());
      socket.resume();
    }
    await sleep(1);
  }
  const { user, system } = process.cpuUsage(warm?.cpu);
  const requests = opened - (warm?.opened ?? 0);
  const cores = (microseconds: number): string => (microseconds / 1000 / requests).toFixed(3);
  return [
    String(rateRps).padStart(12),
    'new'.padStart(12),
    cores(user + system).padStart(17),
    cores(system).padStart(17),
  ].join(' ');
}
