/**
 * The exact traffic engine: every request is drawn and followed (DESIGN §7). Arrivals, messages on the wire and
 * the few things on the agenda each come in time order, so that the loop only merges them; an ordinary request
 * is two steps of that loop and never an event in a queue.
 */
import type { RandomStreams } from '../../kernel/random.ts';
import type { DurationMs, TimeMs } from '../../kernel/time.ts';
import type { Traffic } from '../../scenario/scenario.ts';
import type {
  BalancingSpec,
  FailureListener,
  NodeEndpoints,
  NodeIndex,
  PodIndex,
  ServerSpec,
  ServerState,
  TrafficCounts,
  TrafficEngine,
} from '../data-plane.ts';
import { Agenda, ANSWER, ASK, FAILURE, RETRY, WAKE } from './agenda.ts';
import { RateArrivals } from './arrivals.ts';
import { NodeBalancer } from './balancer.ts';
import { ClientPools } from './client-pools.ts';
import { ClientSide } from './client-side.ts';
import { ANSWERED, CLOSED, Connections } from './connections.ts';
import { DelayLine } from './delay-line.ts';
import { Outcomes } from './outcomes.ts';
import { ServerSide } from './server-side.ts';
import type { TrafficParts } from './traffic-parts.ts';
import { WaitingRequests } from './waiting-requests.ts';

export interface ExactEngineOptions {
  readonly traffic: Traffic;
  /** Client i runs on node i modulo this. */
  readonly nodes: number;
  readonly balancing: BalancingSpec;
  readonly roundTripMs: DurationMs;
  readonly streams: RandomStreams;
  /** Traffic flows from here on. */
  readonly startMs: TimeMs;
  /** Requests that arrive earlier are served and not counted; the series begin here. */
  readonly recordFromMs: TimeMs;
  /** Nothing is asked from here on. */
  readonly horizonMs: TimeMs;
  readonly binMs: DurationMs;
  /** Told of every counted request that failed for good, in the order of their ends. */
  readonly onFailure: FailureListener;
}

function buildParts(options: ExactEngineOptions): TrafficParts {
  const { traffic, streams, recordFromMs, binMs } = options;
  const outcomes = new Outcomes(recordFromMs, binMs);
  const connections = new Connections(traffic.clients, outcomes);
  return {
    traffic,
    streams,
    oneWayMs: options.roundTripMs / 2,
    horizonMs: options.horizonMs,
    balancers: Array.from(
      { length: options.nodes },
      (_, node) => new NodeBalancer(options.balancing, streams.stream('balancing', node)),
    ),
    connections,
    pools: new ClientPools(connections, traffic.clients, streams.stream('connection-choice')),
    wire: new DelayLine(connections.size),
    handshakes: new DelayLine(connections.size),
    agenda: new Agenda(connections.size, traffic.clients.count),
    waiting: new WaitingRequests(traffic.clients.count),
    outcomes,
  };
}

export class ExactEngine implements TrafficEngine {
  readonly #parts: TrafficParts;
  readonly #clients: ClientSide;
  readonly #servers: ServerSide;
  readonly #arrivals: RateArrivals | null;
  #nowMs: TimeMs;
  #counts: TrafficCounts | null = null;

  constructor(options: ExactEngineOptions) {
    const { traffic, streams, startMs, horizonMs } = options;
    this.#parts = buildParts(options);
    this.#clients = new ClientSide(this.#parts, options.onFailure);
    this.#servers = new ServerSide(this.#parts);
    this.#nowMs = startMs;
    if (traffic.closed === null) {
      this.#arrivals = new RateArrivals(traffic, streams.stream('arrivals'), startMs, horizonMs);
    } else {
      this.#arrivals = null;
      for (let user = 0; user < traffic.closed.users; user++) this.#clients.userThinks(user, startMs);
    }
  }

  addPod(nowMs: TimeMs, pod: { index: PodIndex; key: string; node: NodeIndex; server: ServerSpec }): void {
    this.advance(nowMs);
    this.#servers.addPod(pod.index, pod.key, pod.node, pod.server);
  }

  setServer(nowMs: TimeMs, pod: PodIndex, state: ServerState, warm = false): void {
    this.advance(nowMs);
    this.#servers.setState(nowMs, pod, state, warm);
  }

  endProcess(nowMs: TimeMs, pod: PodIndex): void {
    this.advance(nowMs);
    this.#servers.endProcess(nowMs, pod);
  }

  drainedAtMs(nowMs: TimeMs, pod: PodIndex): TimeMs {
    this.advance(nowMs);
    return this.#servers.drainedAtMs(nowMs, pod);
  }

  setEndpoints(nowMs: TimeMs, node: NodeIndex, endpoints: NodeEndpoints): void {
    this.advance(nowMs);
    const balancer = this.#parts.balancers[node];
    if (balancer === undefined) throw new Error(`there is no node ${node}`);
    balancer.setEndpoints(endpoints);
  }

  /** What happens exactly at `untilMs` happens before any call of the world at that instant. */
  advance(untilMs: TimeMs): void {
    if (untilMs < this.#nowMs) return;
    const { wire, handshakes, agenda, outcomes, connections } = this.#parts;
    const clients = this.#clients;
    const servers = this.#servers;
    const arrivals = this.#arrivals;
    for (;;) {
      const arrivalMs = arrivals === null ? Number.POSITIVE_INFINITY : arrivals.nextMs;
      let otherMs = agenda.nextMs;
      if (handshakes.nextMs < otherMs) otherMs = handshakes.nextMs;
      const binEndMs = outcomes.binEndMs;
      if (binEndMs <= otherMs) otherMs = binEndMs;
      const wireMs = wire.nextMs;
      // At one instant: a bin ends, then the agenda, then messages, then new requests.
      if (otherMs <= wireMs && otherMs <= arrivalMs) {
        if (otherMs > untilMs) break;
        if (otherMs === binEndMs) {
          connections.countAnswers(binEndMs);
          outcomes.closeBin();
        } else if (otherMs === agenda.nextMs) this.#step(otherMs);
        else servers.requestArrives(handshakes.shift(), otherMs);
      } else if (wireMs <= arrivalMs) {
        if (wireMs > untilMs) break;
        servers.messageArrives(wire.shift(), wireMs);
      } else {
        if (arrivalMs > untilMs) break;
        clients.arrive(arrivalMs);
        (arrivals as RateArrivals).next();
      }
    }
    this.#nowMs = untilMs;
  }

  #step(nowMs: TimeMs): void {
    const { kind, id } = this.#parts.agenda.pop();
    if (kind === FAILURE) this.#clients.connectionFailed(id, nowMs);
    else if (kind === WAKE) this.#clients.wake(id, nowMs);
    else if (kind === RETRY) this.#clients.retry(id, nowMs);
    else if (kind === ASK) this.#clients.userAsks(id, nowMs);
    else if (kind === ANSWER) this.#clients.userThinks(this.#parts.connections.user[id] as number, nowMs);
  }

  /** Follows every request up to `atMs`, ends the count there and checks that no request was lost. */
  finish(atMs: TimeMs): void {
    this.advance(atMs);
    const { connections, outcomes, waiting } = this.#parts;
    connections.countAnswers(atMs);
    outcomes.finish(atMs);
    let inFlight = waiting.countIf((request) => outcomes.counts(request.arrivedMs));
    for (let connection = 0; connection < connections.size; connection++) {
      const phase = connections.phase[connection];
      const idle =
        phase === ANSWERED &&
        (connections.freeMs[connection] as number) <= atMs &&
        connections.uncounted[connection] === 0;
      if (phase === CLOSED || idle) continue;
      if (outcomes.counts(connections.arrivedMs[connection] as number)) inFlight++;
    }
    this.#counts = outcomes.result(inFlight);
  }

  /** @throws Error before `finish` */
  counts(): TrafficCounts {
    if (this.#counts === null) throw new Error('the counts are known once the run is finished');
    return this.#counts;
  }
}
