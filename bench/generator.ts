/**
 * What the built-in load generator takes of a processor for 1000 requests a second, started as `sim replay` starts it,
 * against a small server on loopback. CPU time of its process is counted and not wall time. Beside it, for new
 * connections, what bare sockets take.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { builtInLoad } from '../src/harness/load/built-in-load.ts';
import type { Entrance, LoadPlan } from '../src/harness/load.ts';
import { targetOf } from '../src/harness/load/target.ts';
import { loadScenario } from '../src/scenario/load.ts';
import type { Traffic } from '../src/scenario/scenario.ts';
import { readScenarioFiles } from '../src/scenario-files.ts';
import type { BareOrder, BareUse } from './bare-sockets.ts';
import { atMost, type Goal } from './goal.ts';
import { markdownTable } from './markdown-table.ts';

const TIMES = 3;
/** The generator's process starts within this. */
const AHEAD_MS = 1500;
/** Just-in-time compilation is over by then. */
const WARM_UP_MS = 2000;
const MEASURED_MS = 6000;
const CORES_MAX = 0.08;

const KEPT_ALIVE = { rateRps: 4000, keepAlive: true } as const;
const NEW_CONNECTIONS = { rateRps: 1000, keepAlive: false } as const;

type Load = typeof KEPT_ALIVE | typeof NEW_CONNECTIONS;

export const GENERATOR_TEXT: string = `\`sim replay\`'s own load generator in its process, with the callers of black-friday, against a server on loopback that answers at
once. CPU time of that process alone, over ${MEASURED_MS / 1000} s after ${WARM_UP_MS / 1000} s of warm-up, medians of ${TIMES} runs. Bare sockets connect, write the same request, read and
close, and do nothing else: what they take is no generator's to save, and the kernel's part no program's.`;

export interface GeneratorFigures {
  readonly what: string;
  readonly rateRps: number;
  /** For 1000 requests a second, of each run in order of size. */
  readonly cores: readonly number[];
  /** Of it in the kernel, median; null where it is not told apart. */
  readonly kernelCores: number | null;
  /** Requests that did not end well, of all runs; null where none is looked at. */
  readonly failed: number | null;
}

export async function measureGenerator(): Promise<readonly GeneratorFigures[]> {
  const { scenario } = loadScenario(readScenarioFiles('black-friday'));
  if (scenario === null) throw new Error('black-friday must load');
  const { traffic } = scenario;
  return [
    await generatorFigures('kept-alive connections', KEPT_ALIVE, traffic),
    await generatorFigures('new connections', NEW_CONNECTIONS, traffic),
    await bareFigures(traffic),
  ];
}

async function generatorFigures(what: string, load: Load, traffic: Traffic): Promise<GeneratorFigures> {
  const runs = await times(async (port) => generatorRun(port, load, traffic));
  const failed = runs.reduce((sum, run) => sum + run.failed, 0);
  return {
    what: `generator, ${what}`,
    rateRps: load.rateRps,
    cores: sorted(runs.map(coresOf)),
    kernelCores: null,
    failed,
  };
}

async function bareFigures(traffic: Traffic): Promise<GeneratorFigures> {
  const runs = await times(async (port) => bareRun(port, traffic));
  const kernel = sorted(runs.map(({ kernelMs, requests }) => coresOf({ cpuMs: kernelMs, requests })));
  return {
    what: 'bare sockets, new connections',
    rateRps: NEW_CONNECTIONS.rateRps,
    cores: sorted(runs.map(coresOf)),
    kernelCores: median(kernel),
    failed: null,
  };
}

/** Each time against a server of its own: its port's used-up connections would be in the next one's way. */
async function times<Result>(run: (port: number) => Promise<Result>): Promise<readonly Result[]> {
  const results: Result[] = [];
  while (results.length < TIMES) {
    const server = started('./answering-server.ts');
    const [port] = (await once(server, 'message')) as [number];
    results.push(await run(port));
    await ended(server);
  }
  return results;
}

interface Use {
  readonly requests: number;
  readonly cpuMs: number;
}

async function generatorRun(
  port: number,
  { rateRps, keepAlive }: Load,
  traffic: Traffic,
): Promise<Use & { readonly failed: number }> {
  const entrance = { host: '127.0.0.1', port } as const;
  const node = { name: 'here', role: 'worker', address: '127.0.0.1', entrance } as const;
  const plan: LoadPlan = {
    traffic: { ...traffic, rate: [{ atMs: 0, rateRps }], clients: { ...traffic.clients, keepAlive } },
    entrances: [entranceAt(port)],
    seed: 1,
    zeroEpochMs: Date.now() + AHEAD_MS,
    startMs: 0,
    endMs: WARM_UP_MS + MEASURED_MS,
  };
  const run = await builtInLoad({ name: 'bench', nodePort: port, nodes: [node] }).start(plan);
  await sleep(plan.zeroEpochMs + WARM_UP_MS - Date.now());
  const before = run.soFar();
  const whole = await run.finished;
  return {
    requests: whole.offered - before.offered,
    cpuMs: whole.cpuMs - before.cpuMs,
    failed: [...whole.requests].filter(({ outcome }) => outcome !== 'ok').length + whole.inFlight,
  };
}

async function bareRun(port: number, { clients }: Traffic): Promise<BareUse> {
  const { lastRequest } = targetOf(0, [entranceAt(port)], clients);
  const child = started('./bare-sockets.ts');
  const order: BareOrder = {
    port,
    request: lastRequest.toString('latin1'),
    rateRps: NEW_CONNECTIONS.rateRps,
    warmUpMs: WARM_UP_MS,
    measuredMs: MEASURED_MS,
  };
  child.send(order);
  const [use] = (await once(child, 'message')) as [BareUse];
  await ended(child);
  return use;
}

function entranceAt(port: number): Entrance {
  return { node: 'here', host: '127.0.0.1', port, sources: [] };
}

function started(program: string): ChildProcess {
  return fork(fileURLToPath(new URL(program, import.meta.url)), { execArgv: [] });
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.disconnect();
  await exit;
}

/** Cores for 1000 requests a second: milliseconds of CPU time for each request. */
function coresOf({ cpuMs, requests }: Use): number {
  return cpuMs / requests;
}

function sorted(values: readonly number[]): readonly number[] {
  return values.map((value) => Number(value.toFixed(4))).sort((a, b) => a - b);
}

function median(values: readonly number[]): number {
  const middle = values[Math.floor(values.length / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}

export function generatorGoals(figures: readonly GeneratorFigures[]): readonly Goal[] {
  const [kept, fresh] = figures.map(({ cores }) => median(cores));
  const bare = figures[2];
  if (kept === undefined || fresh === undefined || bare === undefined)
    throw new Error('the generator and the bare sockets must have run');
  const freshGoal = coresGoal('new connections', fresh);
  return [
    coresGoal('kept-alive connections', kept),
    { ...freshGoal, measured: `${freshGoal.measured} (bare sockets: ${floorText(bare)})` },
  ];
}

function floorText({ cores, kernelCores }: GeneratorFigures): string {
  const kernel = kernelCores === null ? '' : `, ${kernelCores.toFixed(3)} of it in the kernel`;
  return `${median(cores).toFixed(3)}${kernel}`;
}

function coresGoal(what: string, value: number): Goal {
  const title = `cores of the load generator for 1000 requests/s, ${what}, median`;
  return atMost(title, 'npm run bench -- generator', {
    value,
    limit: CORES_MAX,
    format: (cores) => cores.toFixed(3),
  });
}

export function generatorTable(figures: readonly GeneratorFigures[]): string {
  const rows = figures.map(({ what, rateRps, cores, kernelCores, failed }) => [
    what,
    `${rateRps}`,
    `${median(cores).toFixed(3)} (${cores.map((value) => value.toFixed(3)).join(', ')})`,
    kernelCores?.toFixed(3) ?? '',
    failed === null ? '' : `${failed}`,
  ]);
  return markdownTable([
    ['what', 'requests/s', 'cores for 1000 requests/s: median (runs)', 'in the kernel', 'failed'],
    ...rows,
  ]);
}
