/** The exact traffic engine: every request is drawn and followed (DESIGN §7). */
import type { RandomStream } from '../../kernel/random.ts';
import type { TimeMs } from '../../kernel/time.ts';
import type {
  CountingEngine,
  NodeEndpoints,
  NodeIndex,
  NodeState,
  PodIndex,
  ServerSpec,
  ServerState,
  TrafficCounts,
} from '../data-plane.ts';
import { RateArrivals } from './arrivals.ts';
import type { ClientSide } from './client-side.ts';
import { RequestLoop, type ArrivalSource, type TrafficOptions } from './request-loop.ts';

/** Requests of all clients: their own Poisson processes together are one, and each client is as likely (R-CLI-1). */
class OpenLoop implements ArrivalSource {
  readonly #arrivals: RateArrivals;
  readonly #clientRandom: RandomStream;
  readonly #clients: number;

  constructor(arrivals: RateArrivals, clientRandom: RandomStream, clients: number) {
    this.#arrivals = arrivals;
    this.#clientRandom = clientRandom;
    this.#clients = clients;
  }

  get nextMs(): TimeMs {
    return this.#arrivals.nextMs;
  }

  arrive(clients: ClientSide): void {
    clients.arrive(this.#arrivals.nextMs, this.#clientRandom.below(this.#clients));
    this.#arrivals.next();
  }
}

/** Users of a closed loop ask by themselves. */
const CLOSED_LOOP: ArrivalSource = {
  nextMs: Number.POSITIVE_INFINITY,
  arrive() {
    throw new Error('no request arrives from outside a closed loop');
  },
};

function arrivalsOf({ traffic, streams, startMs, horizonMs }: TrafficOptions): ArrivalSource {
  if (traffic.closed !== null) return CLOSED_LOOP;
  const arrivals = new RateArrivals(traffic, streams.stream('arrivals'), startMs, horizonMs);
  return new OpenLoop(arrivals, streams.stream('client'), traffic.clients.count);
}

export class ExactEngine implements CountingEngine {
  readonly mode = 'exact' as const;
  readonly #loop: RequestLoop;
  #counts: TrafficCounts | null = null;

  constructor(options: TrafficOptions) {
    const { traffic, startMs } = options;
    this.#loop = new RequestLoop(options, arrivalsOf(options));
    for (let user = 0; user < (traffic.closed?.users ?? 0); user++) {
      this.#loop.clients.userThinks(user, startMs);
    }
  }

  addPod(nowMs: TimeMs, pod: { index: PodIndex; key: string; node: NodeIndex; server: ServerSpec }): void {
    this.advance(nowMs);
    this.#loop.servers.addPod(pod.index, pod.key, pod.node, pod.server);
  }

  setServer(nowMs: TimeMs, pod: PodIndex, state: ServerState, warm = false): void {
    this.advance(nowMs);
    this.#loop.servers.setState(nowMs, pod, state, warm);
  }

  endProcess(nowMs: TimeMs, pod: PodIndex): void {
    this.advance(nowMs);
    this.#loop.servers.endProcess(nowMs, pod);
  }

  drainedAtMs(nowMs: TimeMs, pod: PodIndex): TimeMs {
    this.advance(nowMs);
    return this.#loop.servers.drainedAtMs(nowMs, pod);
  }

  setEndpoints(nowMs: TimeMs, node: NodeIndex, endpoints: NodeEndpoints): void {
    this.advance(nowMs);
    const balancer = this.#loop.parts.balancers[node];
    if (balancer === undefined) throw new Error(`there is no node ${node}`);
    balancer.setEndpoints(endpoints);
  }

  setNode(nowMs: TimeMs, node: NodeIndex, state: NodeState): void {
    this.advance(nowMs);
    this.#loop.setNode(nowMs, node, state);
  }

  advance(untilMs: TimeMs): void {
    this.#loop.advance(untilMs);
  }

  /** Follows every request up to `atMs`, ends the count there and checks that no request was lost. */
  finish(atMs: TimeMs): void {
    this.#counts = this.#loop.finish(atMs);
  }

  /** @throws Error before `finish` */
  counts(): TrafficCounts {
    if (this.#counts === null) throw new Error('the counts are known once the run is finished');
    return this.#counts;
  }

  /** Nothing is left out. */
  accuracy(): { exactShare: number; errorBound: number } {
    return { exactShare: 1, errorBound: 0 };
  }
}
