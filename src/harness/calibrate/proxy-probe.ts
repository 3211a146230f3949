/** How soon each node's proxy follows an EndpointSlice, and how long the way to a pod and back is: asked through NodePorts. */
import { request as httpRequest, Agent } from 'node:http';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { ClusterNode } from '../cluster.ts';
import type { AppliedObject } from '../kubernetes/client.ts';
import { nowEpochMs } from './arrivals.ts';
import type { ProbeWorld } from './probe.ts';
import { addSample } from './samples.ts';

const ROUNDS = 10;
const ROUND_TRIPS = 100;
/** The first ones open the connection, and both programs are new to it. */
const WARM_UP = 20;
const POLL_MS = 5;
const PATIENCE_MS = 20_000;
const NAME = 'calibration-served';

/** proxySync: a Deployment behind the NodePort is scaled between none and one. networkRoundTrip: an answer over a kept connection. */
export async function probeProxies(world: ProbeWorld): Promise<void> {
  const { client, cluster, workload } = world;
  await client.apply(workload.deployment(NAME, 1));
  await client.apply(serviceOf(world));
  await Promise.all(cluster.nodes.map(async (node) => answered(world, node, true)));
  for (let round = 0; round < ROUNDS; round++) {
    await probeChange(world, 0);
    await probeChange(world, 1);
  }
  await Promise.all(cluster.nodes.map(async (node) => answered(world, node, true)));
  for (const node of cluster.nodes) await probeRoundTrips(world, node);
  await client.remove('Service', NAME);
  await client.remove('Deployment', NAME);
}

function serviceOf({ cluster, workload }: ProbeWorld): AppliedObject & { readonly spec: unknown } {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAME },
    spec: {
      type: 'NodePort',
      selector: workload.labels,
      ports: [{ port: 80, targetPort: workload.port, nodePort: cluster.nodePort }],
    },
  };
}

/** One endpoint comes or goes; the same change reaches every node by a watch of its own. */
async function probeChange(world: ProbeWorld, replicas: 0 | 1): Promise<void> {
  const { client, arrivals, cluster, samples } = world;
  const slice = (await client.list('EndpointSlice')).items.find(({ metadata }) =>
    metadata.name.startsWith(NAME),
  );
  if (slice === undefined) throw new Error(`the Service ${NAME} has no EndpointSlice`);
  const listed = arrivals.when('EndpointSlice', slice.metadata.name, (object) => {
    const ready = object?.endpoints?.some(({ conditions }) => conditions?.ready !== false) ?? false;
    return ready === (replicas === 1);
  });
  await client.merge('Deployment', NAME, { spec: { replicas } });
  const reached = cluster.nodes.map(async (node) => answered(world, node, replicas === 1));
  const listedMs = await listed;
  // This program's own watch stands for the proxy's: both hear of the change at the same time.
  for (const reachedMs of await Promise.all(reached)) addSample(samples, 'proxySync', reachedMs - listedMs);
}

/** The instant from which a new connection through the node is accepted, or refused. */
async function answered({ signal }: ProbeWorld, node: ClusterNode, accepted: boolean): Promise<number> {
  const untilMs = nowEpochMs() + PATIENCE_MS;
  while (nowEpochMs() < untilMs) {
    signal.throwIfAborted();
    if ((await accepts(node)) === accepted) return nowEpochMs();
    await setTimeout(POLL_MS);
  }
  throw new Error(
    `the proxy of ${node.name} has not ${accepted ? 'listed' : 'withdrawn'} the endpoint within ${PATIENCE_MS / 1000} s`,
  );
}

async function accepts({ entrance: { host, port } }: ClusterNode): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host, port, timeout: 500 });
  const end = (accepted: boolean): void => {
    socket.destroy();
    resolve(accepted);
  };
  socket.once('connect', () => {
    end(true);
  });
  for (const event of ['error', 'timeout'] as const)
    socket.once(event, () => {
      end(false);
    });
  return promise;
}

async function probeRoundTrips(
  { samples, signal }: ProbeWorld,
  { entrance: { host, port } }: ClusterNode,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    for (let trip = 0; trip < WARM_UP + ROUND_TRIPS; trip++) {
      signal.throwIfAborted();
      const durationMs = await roundTrip(agent, host, port);
      if (trip >= WARM_UP) addSample(samples, 'networkRoundTrip', durationMs);
    }
  } finally {
    agent.destroy();
  }
}

async function roundTrip(agent: Agent, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const askedMs = nowEpochMs();
  const asked = httpRequest({ agent, host, port, path: '/', timeout: 2000 }, (answer) => {
    answer.resume();
    answer.once('end', () => {
      resolve(nowEpochMs() - askedMs);
    });
  });
  asked.once('error', reject);
  asked.once('timeout', () => asked.destroy(new Error('no answer within 2 s')));
  asked.end();
  return promise;
}
