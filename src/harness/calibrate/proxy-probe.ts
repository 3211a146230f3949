/** How soon each node's proxy follows an EndpointSlice, and how long the way to a pod and back is: asked through NodePorts. */
import { request as httpRequest, Agent } from 'node:http';
import type { ClusterNode } from '../cluster.ts';
import { EnvironmentError } from '../environment-error.ts';
import { nowEpochMs } from './arrivals.ts';
import { followLife } from './pod-probe.ts';
import type { ProbeWorld } from './probe.ts';
import { addSample } from './samples.ts';
import { reception, SERVED, servedPod, serviceByHand, type Reception } from './served-pod.ts';

/** The first ones open the connection, and both programs are new to it. */
const WARM_UP = 20;
const POLL_MS = 5;

/**
 * proxySync: a Service without a selector, whose one endpoint comes and goes by hand; were it a pod that ends, the
 * proxies would go on sending to it as long as there is no other (R-KP-4). networkRoundTrip: answers over a kept
 * connection.
 */
export async function probeProxies(world: ProbeWorld): Promise<void> {
  const { client, cluster, pace, wait } = world;
  const address = await servedPod(world, SERVED);
  for (const object of serviceByHand(world)) await client.apply(object);
  await wait(pace.proxyPauseMs);
  for (let round = 0; round < pace.proxyRounds; round++) {
    await probeChange(world, [address]);
    await wait(pace.proxyPauseMs);
    if (round === pace.proxyRounds - 1) for (const node of cluster.nodes) await probeRoundTrips(world, node);
    await probeChange(world, []);
    await wait(pace.proxyPauseMs);
  }
  await client.remove('Pod', SERVED);
  await probeSandboxes(world);
  await client.remove('Service', SERVED);
}

/** One endpoint comes or goes; the same change reaches every node by a watch of its own. */
async function probeChange(
  world: ProbeWorld,
  addresses: readonly string[],
  into: number[] = (world.samples.proxySync ??= []),
): Promise<void> {
  const { client, arrivals, cluster } = world;
  const isListed = addresses.length > 0;
  const listed = arrivals.when(
    'EndpointSlice',
    SERVED,
    (slice) => (slice?.endpoints?.length ?? 0) > 0 === isListed,
  );
  await client.merge('EndpointSlice', SERVED, { endpoints: isListed ? [{ addresses }] : [] });
  const followed = Promise.all(cluster.nodes.map(async (node) => answered(world, node, isListed)));
  const [listedMs, reachedMs] = await Promise.all([listed, followed]);
  // This program's own watch stands for the proxy's: both hear of the change at the same time.
  for (const ms of reachedMs) into.push(Math.max(0, ms - listedMs));
}

/**
 * sandboxStop: a pod that ends while the Service still names its address. Its sandbox refuses connections once nothing
 * listens there; the first attempt after its exit that meets anything else finds the address gone.
 */
async function probeSandboxes(world: ProbeWorld): Promise<void> {
  const { client, cluster, pace, wait, arrivals, samples } = world;
  const [entrance] = cluster.nodes;
  if (entrance === undefined) throw new Error('a cluster has nodes');
  for (let round = 0; round < pace.sandboxRounds; round++) {
    const name = `${SERVED}-${round}`;
    const address = await servedPod(world, name);
    await probeChange(world, [address], []);
    const life = new Map<string, number>();
    const told = followLife(world, name, life);
    await wait(pace.runsMs);
    const removed = arrivals.when('Pod', name, (pod) => pod === null);
    const met: { readonly atMs: number; readonly reception: Reception }[] = [];
    const attempts: Promise<void>[] = [];
    const poll = setInterval(() => {
      const atMs = nowEpochMs();
      const attempt = reception(entrance, POLL_MS * 60);
      attempts.push(attempt.then((it) => void met.push({ atMs, reception: it })));
    }, POLL_MS);
    try {
      await client.remove('Pod', name);
      await removed;
    } finally {
      clearInterval(poll);
    }
    await Promise.all([...attempts, told]);
    const exitedMs = life.get('exited');
    const gone = met
      .filter(({ atMs, reception: it }) => exitedMs !== undefined && atMs >= exitedMs && it === 'lost')
      .map(({ atMs }) => atMs);
    if (exitedMs !== undefined && gone.length > 0)
      addSample(samples, 'sandboxStop', Math.min(...gone) - exitedMs);
  }
}

/** The instant from which a new connection through the node is accepted, or refused. */
async function answered(
  { signal, pace, wait }: ProbeWorld,
  node: ClusterNode,
  accepted: boolean,
): Promise<number> {
  const untilMs = nowEpochMs() + pace.proxyWithinMs;
  while (nowEpochMs() < untilMs) {
    signal.throwIfAborted();
    if (((await reception(node, 500)) === 'accepted') === accepted) return nowEpochMs();
    await wait(POLL_MS);
  }
  throw new EnvironmentError(
    `The proxy of ${node.name} has not ${accepted ? 'listed' : 'withdrawn'} an endpoint within ${pace.proxyWithinMs / 1000} s; sim cluster status tells how the cluster is.`,
  );
}

async function probeRoundTrips({ samples, signal, pace }: ProbeWorld, node: ClusterNode): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    for (let trip = 0; trip < WARM_UP + pace.roundTrips; trip++) {
      signal.throwIfAborted();
      const durationMs = await roundTrip(agent, node);
      if (trip >= WARM_UP) addSample(samples, 'networkRoundTrip', durationMs);
    }
  } finally {
    agent.destroy();
  }
}

async function roundTrip(agent: Agent, { name, entrance: { host, port } }: ClusterNode): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const askedMs = nowEpochMs();
  const asked = httpRequest({ agent, host, port, path: '/', timeout: 2000 }, (answer) => {
    answer.resume();
    answer.once('end', () => {
      resolve(nowEpochMs() - askedMs);
    });
  });
  asked.once('error', ({ message }) => {
    reject(new EnvironmentError(`A request through ${name} failed: ${message}.`));
  });
  asked.once('timeout', () => asked.destroy(new Error('no answer within 2 s')));
  asked.end();
  return promise;
}
