/** How soon each node's proxy follows an EndpointSlice, and how long the way to a pod and back is: asked through NodePorts. */
import { request as httpRequest, Agent } from 'node:http';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { ClusterNode } from '../cluster.ts';
import type { AppliedObject } from '../kubernetes/client.ts';
import { hasCondition } from '../kubernetes/live-objects.ts';
import { nowEpochMs } from './arrivals.ts';
import type { ProbeWorld } from './probe.ts';
import { addSample } from './samples.ts';

const ROUNDS = 10;
const ROUND_TRIPS = 100;
/** The first ones open the connection, and both programs are new to it. */
const WARM_UP = 20;
const POLL_MS = 5;
const PATIENCE_MS = 20_000;
/** kube-proxy may put a sync off until a second after the one before (R-KP-3): a change after a longer pause is not. */
const PAUSE_MS = 2500;
const NAME = 'calibration-served';

/**
 * proxySync: a Service without a selector, whose one endpoint comes and goes by hand; were it a pod that ends, the
 * proxies would go on sending to it as long as there is no other (R-KP-4). networkRoundTrip: answers over a kept
 * connection.
 */
export async function probeProxies(world: ProbeWorld): Promise<void> {
  const { arrivals, client, cluster, wait, workload } = world;
  const ready = arrivals.find(
    'Pod',
    ({ metadata, status }) => metadata.name === NAME && hasCondition(status.conditions, 'Ready'),
  );
  await client.create(workload.pod(NAME));
  const { status } = await ready;
  if (status.podIP === undefined) throw new Error(`the pod ${NAME} is Ready and has no address`);
  for (const object of serviceOf(world)) await client.apply(object);
  await wait(PAUSE_MS);
  for (let round = 0; round < ROUNDS; round++) {
    await probeChange(world, [status.podIP]);
    await wait(PAUSE_MS);
    if (round === ROUNDS - 1) for (const node of cluster.nodes) await probeRoundTrips(world, node);
    await probeChange(world, []);
    await wait(PAUSE_MS);
  }
  await client.remove('Service', NAME);
  await client.remove('Pod', NAME);
}

interface Manifest extends AppliedObject {
  readonly [field: string]: unknown;
}

function serviceOf({ cluster, workload }: ProbeWorld): readonly Manifest[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: NAME },
      spec: {
        type: 'NodePort',
        ports: [{ port: 80, targetPort: workload.port, nodePort: cluster.nodePort }],
      },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: NAME, labels: { 'kubernetes.io/service-name': NAME } } as Manifest['metadata'],
      addressType: 'IPv4',
      ports: [{ name: '', port: workload.port, protocol: 'TCP' }],
      endpoints: [],
    },
  ];
}

/** One endpoint comes or goes; the same change reaches every node by a watch of its own. */
async function probeChange(world: ProbeWorld, addresses: readonly string[]): Promise<void> {
  const { client, arrivals, cluster, samples } = world;
  const isListed = addresses.length > 0;
  const listed = arrivals.when(
    'EndpointSlice',
    NAME,
    (slice) => (slice?.endpoints?.length ?? 0) > 0 === isListed,
  );
  await client.merge('EndpointSlice', NAME, { endpoints: isListed ? [{ addresses }] : [] });
  const reached = cluster.nodes.map(async (node) => answered(world, node, isListed));
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
