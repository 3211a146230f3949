/** Which clients the laws speak for, and which have to be followed (DESIGN §7): the engine's stated criteria. */
import type { TimeMs } from '../../../kernel/time.ts';
import type { PodIndex, ServerSpec } from '../../data-plane.ts';
import { ANSWERED, CLOSED } from '../connections.ts';
import type { TrafficOptions } from '../request-loop.ts';
import type { ServerSide } from '../server-side.ts';
import type { TrafficParts } from '../traffic-parts.ts';
import type { ClientLaw } from './client-law.ts';
import type { Exposure } from './exposure.ts';
import type { PodLoads } from './pod-loads.ts';
import type { PoolState } from './pool-state.ts';

/** A client with a closed pod among its endpoints is followed when it opens a connection for more of its requests. */
const OPENS_MAX = 0.02;
/** Share of a client's requests that may wait for a connection. */
const WAITS_MAX = 0.02;
/** A pool that opens a connection for more of its requests is still filling up. */
const GROWS_MAX = 0.1;
/** A pool that grows more slowly than this, in connections a millisecond, is not waited for. */
const GROWS_PER_MS = 0.01;
/** Share of all requests that may miss the client's deadline: skipped ones are taken to meet it. */
export const LATE_MAX = 1e-6;
/** Requests of one client within an affinity's timeout from which on it never expires. */
const REFRESHES_MIN = 20;

export interface CoverageParts {
  readonly parts: TrafficParts;
  readonly servers: ServerSide;
  readonly law: ClientLaw;
  readonly loads: PodLoads;
  readonly exposure: Exposure;
  readonly pools: PoolState;
}

/** Settings for which no law is known: affinities that expire between two requests, or that crowd each other out. */
function forgetsAffinity({ traffic, balancing: { affinity }, nodes }: TrafficOptions): boolean {
  if (affinity === null) return false;
  const slowest = Math.min(...traffic.rate.map(({ rateRps }) => rateRps)) / (1000 * traffic.clients.count);
  return (
    slowest * affinity.timeoutMs < REFRESHES_MIN || traffic.clients.count / nodes > affinity.addressesMax
  );
}

export class Coverage {
  readonly #options: TrafficOptions;
  readonly #in: CoverageParts;
  /** Every request is followed, always. */
  #lawless: boolean;

  constructor(options: TrafficOptions, parts: CoverageParts) {
    this.#options = options;
    this.#in = parts;
    this.#lawless = forgetsAffinity(options);
  }

  /** While a node is down, or requests miss their deadlines, nobody's follow a law. */
  get #isLawless(): boolean {
    return this.#lawless || this.#in.loads.lateShare > LATE_MAX || !this.#in.parts.nodes.allUp;
  }

  /** A server that answers with errors which clients try again leaves no request without company. */
  podAdded({ errorRate }: ServerSpec): void {
    const { retries } = this.#options.traffic.clients;
    if (errorRate > 0 && retries.max > 0 && retries.on.includes('5xx')) this.#lawless = true;
  }

  /** Whether there may be clients at all that no law speaks for. */
  mayLack(nowMs: TimeMs): boolean {
    const { law, loads } = this.#in;
    return this.#isLawless || law.waits > WAITS_MAX || loads.anyBusy || loads.anyCold(nowMs);
  }

  /** Whether no law speaks for the client's requests. */
  lacks(client: number, nowMs: TimeMs): boolean {
    const { law, loads } = this.#in;
    if (this.#isLawless || law.waits > WAITS_MAX) return true;
    const anyCold = loads.anyCold(nowMs);
    if (!loads.anyBusy && !anyCold) return false;
    const { connections, balancers } = this.#in.parts;
    if (!this.#options.traffic.clients.keepAlive) {
      const balancer = balancers[client % balancers.length];
      const bound = balancer?.affinityOf(client, nowMs) ?? -1;
      if (bound >= 0) return this.#isUncovered(bound, nowMs);
      return balancer?.pods.some((pod) => this.#isUncovered(pod, nowMs)) === true;
    }
    const { phase, pod: pods, each } = connections;
    for (let at = client * each; at < (client + 1) * each; at++) {
      if (phase[at] === CLOSED) continue;
      const pod = pods[at] as number;
      if (pod >= 0 && (loads.isBusy(pod) || (anyCold && loads.isCold(pod, nowMs)))) return true;
    }
    return false;
  }

  #isUncovered(pod: PodIndex, nowMs: TimeMs): boolean {
    const { loads } = this.#in;
    return pod >= 0 && (loads.isBusy(pod) || loads.isCold(pod, nowMs));
  }

  /** Share of the client's requests that are at risk; null when they have to be followed all. */
  riskOf(client: number, nowMs: TimeMs): number | null {
    const { exposure, law, pools } = this.#in;
    const fails = exposure.ofConnection(client, nowMs);
    if (fails === 0) return 0;
    const { keepAlive, timeoutMs, connectTimeoutMs } = this.#options.traffic.clients;
    const opens = law.opens(keepAlive ? pools.openCount(client) : 0);
    if (keepAlive && opens > OPENS_MAX) return null;
    if (exposure.hangs(client)) {
      const hanging = law.ratePerMs * opens * fails * Math.min(timeoutMs, connectTimeoutMs);
      if (law.waitsWithout(hanging + 2 * Math.sqrt(hanging)) > WAITS_MAX) return null;
    }
    return opens * fails;
  }

  /** Whether nothing is going on in a followed client's pool that the law does not know. */
  isCalm(client: number, nowMs: TimeMs): boolean {
    const { law, servers } = this.#in;
    const { connections, waiting, agenda } = this.#in.parts;
    if (!waiting.isIdle(client)) return false;
    let open = 0;
    for (let at = client * connections.each; at < (client + 1) * connections.each; at++) {
      const phase = connections.phase[at];
      if (phase === CLOSED) continue;
      if (Number.isFinite(agenda.failsMs(at))) return false;
      const goneMs = Math.max(connections.freeMs[at] as number, connections.goneMs[at] as number);
      if (phase === ANSWERED && goneMs <= nowMs) continue;
      const pod = connections.pod[at] as number;
      if (pod < 0 || !servers.serverOf(pod).listening) return false;
      open++;
    }
    const { keepAlive } = this.#options.traffic.clients;
    const opens = law.opens(open);
    if (keepAlive && opens > GROWS_MAX && opens * law.ratePerMs > GROWS_PER_MS) return false;
    return this.riskOf(client, nowMs) !== null;
  }
}
