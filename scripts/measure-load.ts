/**
 * `npx node scripts/measure-load.ts [SECONDS]`: what the built-in load generator takes of a processor, against the
 * workload itself on this machine. CPU time is counted and not wall time, so that other work disturbs it little.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { builtInLoad } from '../src/harness/load/built-in-load.ts';
import type { LoadPlan } from '../src/harness/load.ts';
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
] as const;

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
