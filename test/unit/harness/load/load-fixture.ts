/** Load plans for servers on the loopback interface, and what came of them. */
import type { Entrance, LoadPlan, LoadResult, MeasuredRequest } from '../../../../src/harness/load.ts';
import type { RunningCluster } from '../../../../src/harness/cluster.ts';
import { builtInLoad } from '../../../../src/harness/load/built-in-load.ts';
import { Generator } from '../../../../src/harness/load/generator.ts';
import type { FinishedMessage, GeneratorMessage } from '../../../../src/harness/load/load-events.ts';
import { readBlocks, type RequestBlock } from '../../../../src/harness/load/request-columns.ts';
import type { Clients, Traffic } from '../../../../src/scenario/scenario.ts';

export const CLIENTS: Clients = {
  count: 4,
  connectionsEach: 8,
  keepAlive: true,
  reuse: 'lifo',
  timeoutMs: 2000,
  connectTimeoutMs: 1000,
  idleTimeoutMs: 0,
  requestsPerConnectionMax: 0,
  method: 'POST',
  retries: { max: 0, on: [], backoff: { baseMs: 10, capMs: 40 } },
};

export interface PlanSetup {
  readonly clients?: Partial<Clients>;
  readonly traffic?: Partial<Omit<Traffic, 'clients'>>;
  readonly rateRps?: number;
  readonly lastsMs?: number;
  readonly sources?: readonly string[];
}

const AHEAD_MS = 50;
/** A process has to start before its load can. */
const PROCESS_AHEAD_MS = 2000;

export function planFor(port: number, setup: PlanSetup = {}): LoadPlan {
  const traffic: Traffic = {
    service: 'checkout',
    arrivals: 'constant',
    rate: [{ atMs: 0, rateRps: setup.rateRps ?? 100 }],
    ramp: false,
    closed: null,
    path: { kind: 'kube-proxy' },
    clients: { ...CLIENTS, ...setup.clients },
    ...setup.traffic,
  };
  return {
    traffic,
    entrances: [entrance(port, setup.sources)],
    seed: 1,
    zeroEpochMs: Date.now() + AHEAD_MS,
    startMs: 0,
    endMs: setup.lastsMs ?? 350,
  };
}

function entrance(port: number, sources: readonly string[] = []): Entrance {
  return { node: 'worker', host: '127.0.0.1', port, sources };
}

/** A cluster of one worker, whose NodePort this machine reaches at the given port. */
export function clusterAt(port: number): Pick<RunningCluster, 'name' | 'nodePort' | 'nodes'> {
  return {
    name: 'test',
    nodePort: 30_080,
    nodes: [
      {
        name: 'worker',
        role: 'worker',
        address: '172.18.0.3',
        entrance: { host: '127.0.0.1', port },
      },
    ],
  };
}

export interface LoadOutcome extends Omit<LoadResult, 'requests'> {
  readonly requests: readonly MeasuredRequest[];
}

/** Runs the generator in this process. @param whileRunning called once it waits for its start */
export async function runLoad(plan: LoadPlan, whileRunning?: (plan: LoadPlan) => void): Promise<LoadOutcome> {
  const blocks: RequestBlock[] = [];
  const pods: string[] = [];
  const { offered, inFlight, lagP99Ms, cpuMs } = await new Promise<FinishedMessage>((resolve) => {
    const { generator, later } = madeInTime(plan, (message) => {
      if (message.kind === 'block') {
        blocks.push(message.block);
        pods.push(...message.newPods);
      } else if (message.kind === 'finished') resolve(message);
    });
    generator.run();
    whileRunning?.(later);
  });
  return { requests: [...readBlocks(blocks, pods, ['worker'])], offered, inFlight, lagP99Ms, cpuMs };
}

/** What is due before it runs is left out: on a busy machine it is made anew until it is there before its start. */
function madeInTime(
  plan: LoadPlan,
  tell: (message: GeneratorMessage) => void,
): { readonly generator: Generator; readonly later: LoadPlan } {
  for (;;) {
    const later: LoadPlan = { ...plan, zeroEpochMs: Date.now() + AHEAD_MS };
    const generator = new Generator(later, tell);
    if (Date.now() < later.zeroEpochMs - AHEAD_MS / 2) return { generator, later };
  }
}

/** Runs it as the harness does. @param whileRunning called once the generator waits for its start */
export async function runLoadProcess(
  plan: LoadPlan,
  whileRunning?: (plan: LoadPlan) => void,
): Promise<LoadOutcome> {
  const port = plan.entrances[0]?.port ?? 0;
  const later: LoadPlan = { ...plan, zeroEpochMs: Date.now() + PROCESS_AHEAD_MS };
  const run = await builtInLoad(clusterAt(port)).start(later);
  whileRunning?.(later);
  const result = await run.finished;
  return { ...result, requests: [...result.requests] };
}

export function countBy<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}
