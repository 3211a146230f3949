/** The parts that the laws of the engine that skips ahead speak about: a request loop in which nothing arrives by itself. */
import { RandomStreams, type RandomStream } from '../../../../../src/kernel/random.ts';
import type { BalancingSpec, ServerSpec } from '../../../../../src/model/data-plane.ts';
import { LatencyLaws } from '../../../../../src/model/traffic/latency-law.ts';
import { RequestLoop, type TrafficOptions } from '../../../../../src/model/traffic/request-loop.ts';
import { ClientLaw } from '../../../../../src/model/traffic/skip-ahead/client-law.ts';
import { FollowedClients } from '../../../../../src/model/traffic/skip-ahead/followed-clients.ts';
import type { ServerSide } from '../../../../../src/model/traffic/server-side.ts';
import type { TrafficParts } from '../../../../../src/model/traffic/traffic-parts.ts';
import type { Clients, Traffic } from '../../../../../src/scenario/scenario.ts';
import { SERVER, trafficOf } from '../engine-fixture.ts';

export const START_MS = -1000;

export interface WorldSetup {
  readonly clients?: Partial<Clients>;
  readonly traffic?: Partial<Traffic>;
  readonly server?: Partial<ServerSpec>;
  readonly pods?: number;
  readonly nodes?: number;
  readonly balancing?: BalancingSpec;
}

export interface TestWorld {
  readonly options: TrafficOptions;
  readonly loop: RequestLoop;
  readonly parts: TrafficParts;
  readonly servers: ServerSide;
  readonly law: ClientLaw;
  readonly laws: LatencyLaws;
  readonly followed: FollowedClients;
  readonly random: RandomStream;
  readonly recordFromMs: number;
  readonly horizonMs: number;
}

/** Pods 0 … n−1, serving and warm, which every node sends to; nobody is followed. */
export function worldOf(setup: WorldSetup = {}): TestWorld {
  const options: TrafficOptions = {
    traffic: trafficOf({
      clients: setup.clients ?? {},
      traffic: { arrivals: 'poisson', ...setup.traffic },
    }),
    nodes: setup.nodes ?? 1,
    balancing: setup.balancing ?? { algorithm: 'random', affinity: null },
    roundTripMs: 2,
    streams: new RandomStreams(11),
    startMs: START_MS,
    recordFromMs: 0,
    horizonMs: 100_000,
    binMs: 100,
    onFailure: () => {
      throw new Error('nothing fails here');
    },
  };
  const nothing = { nextMs: Number.POSITIVE_INFINITY, arrive: () => undefined };
  const loop = new RequestLoop(options, nothing);
  const { parts, servers } = loop;
  const pods = Array.from({ length: setup.pods ?? 2 }, (_, pod) => pod);
  for (const pod of pods) {
    servers.addPod(pod, `pod-${pod}`, pod % options.nodes, { ...SERVER, ...setup.server });
    servers.setState(START_MS, pod, 'serving', true);
  }
  for (const balancer of parts.balancers) balancer.setEndpoints({ pods, whenEmpty: 'reject' });
  const { clients } = options.traffic;
  return {
    options,
    loop,
    parts,
    servers,
    law: new ClientLaw(clients),
    followed: new FollowedClients(clients.count),
    laws: new LatencyLaws(parts.oneWayMs, !clients.keepAlive),
    random: options.streams.stream('test'),
    recordFromMs: options.recordFromMs,
    horizonMs: options.horizonMs,
  };
}
