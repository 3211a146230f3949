/**
 * Follows requests through time. Arrivals, messages on the wire and the few things on the agenda each come in time
 * order, so that the loop only merges them; an ordinary request is two steps of that loop and never an event in a queue.
 */
import type { RandomStreams } from '../../kernel/random.ts';
import type { DurationMs, TimeMs } from '../../kernel/time.ts';
import type { Traffic } from '../../scenario/scenario.ts';
import type { BalancingSpec, FailureListener, NodeIndex, NodeState, TrafficCounts } from '../data-plane.ts';
import { Agenda, ANSWER, ASK, FAILURE, RETRY, WAKE } from './agenda.ts';
import { NodeBalancer } from './balancer.ts';
import { ClientPools } from './client-pools.ts';
import { ClientSide } from './client-side.ts';
import { ANSWERED, CLOSED, Connections } from './connections.ts';
import { DelayLine } from './delay-line.ts';
import { NodeStates } from './node-states.ts';
import { Outcomes } from './outcomes.ts';
import { ServerSide } from './server-side.ts';
import type { TrafficParts } from './traffic-parts.ts';
import { WaitingRequests } from './waiting-requests.ts';

export interface TrafficOptions {
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
  /** Whether latencies by bin are wanted; true when not given. */
  readonly latencySeries?: boolean | undefined;
  /** Told of every counted request that failed for good, in the order of their ends. */
  readonly onFailure: FailureListener;
}

/** Where the requests that are to be followed come from. */
export interface ArrivalSource {
  /** Time of the next one; Infinity when none will come. */
  readonly nextMs: TimeMs;
  /** Lets it arrive at the clients' side and moves on to the one after it. */
  arrive(clients: ClientSide): void;
}

function buildParts(options: TrafficOptions): TrafficParts {
  const { traffic, streams, recordFromMs, binMs } = options;
  const outcomes = new Outcomes(recordFromMs, binMs, options.latencySeries);
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
    nodes: new NodeStates(options.nodes),
    connections,
    pools: new ClientPools(connections, traffic.clients, streams.stream('connection-choice')),
    wire: new DelayLine(connections.size),
    handshakes: new DelayLine(connections.size),
    agenda: new Agenda(connections.size, traffic.clients.count),
    waiting: new WaitingRequests(traffic.clients.count),
    outcomes,
  };
}

export class RequestLoop {
  readonly parts: TrafficParts;
  readonly clients: ClientSide;
  readonly servers: ServerSide;
  readonly #arrivals: ArrivalSource;
  /** Told before a bin is closed: what nobody followed has to be counted in it too. */
  readonly #beforeBinEnds: (binEndMs: TimeMs) => void;
  #nowMs: TimeMs;

  constructor(
    options: TrafficOptions,
    arrivals: ArrivalSource,
    beforeBinEnds: (binEndMs: TimeMs) => void = nothing,
  ) {
    this.parts = buildParts(options);
    this.clients = new ClientSide(this.parts, options.onFailure);
    this.servers = new ServerSide(this.parts);
    this.#arrivals = arrivals;
    this.#beforeBinEnds = beforeBinEnds;
    this.#nowMs = options.startMs;
  }

  /** Everything up to here has happened. */
  get nowMs(): TimeMs {
    return this.#nowMs;
  }

  setNode(nowMs: TimeMs, node: NodeIndex, state: NodeState): void {
    const before = this.parts.nodes.of(node);
    this.servers.setNode(nowMs, node, state);
    if (before === 'booting') this.clients.started(node, nowMs);
    if (state === 'up') this.clients.resumed(node, nowMs);
  }

  /** What happens exactly at `untilMs` happens before any call of the world at that instant. */
  advance(untilMs: TimeMs): void {
    if (untilMs < this.#nowMs) return;
    const { wire, handshakes, agenda, outcomes, connections } = this.parts;
    const clients = this.clients;
    const servers = this.servers;
    const arrivals = this.#arrivals;
    for (;;) {
      const arrivalMs = arrivals.nextMs;
      let otherMs = agenda.nextMs;
      if (handshakes.nextMs < otherMs) otherMs = handshakes.nextMs;
      const binEndMs = outcomes.binEndMs;
      if (binEndMs <= otherMs) otherMs = binEndMs;
      const wireMs = wire.nextMs;
      // At one instant: a bin ends, then the agenda, then messages, then new requests.
      if (otherMs <= wireMs && otherMs <= arrivalMs) {
        if (otherMs > untilMs) break;
        if (otherMs === binEndMs) {
          this.#beforeBinEnds(binEndMs);
          connections.countAnswers(binEndMs);
          outcomes.closeBin();
        } else if (otherMs === agenda.nextMs) this.#step(otherMs);
        else servers.requestArrives(handshakes.shift(), otherMs);
      } else if (wireMs <= arrivalMs) {
        if (wireMs > untilMs) break;
        servers.messageArrives(wire.shift(), wireMs);
      } else {
        if (arrivalMs > untilMs) break;
        arrivals.arrive(clients);
      }
    }
    this.#nowMs = untilMs;
  }

  #step(nowMs: TimeMs): void {
    const { agenda } = this.parts;
    agenda.pop();
    const { kind, id } = agenda;
    if (kind === FAILURE) this.clients.connectionFailed(id, nowMs);
    else if (kind === WAKE) this.clients.wake(id, nowMs);
    else if (kind === RETRY) this.clients.retry(id, nowMs);
    else if (kind === ASK) this.clients.userAsks(id, nowMs);
    else if (kind === ANSWER) this.clients.userThinks(this.parts.connections.user[id] as number, nowMs);
  }

  /**
   * Follows requests up to `atMs` and ends the count there.
   * @param alsoInFlight counted requests in flight that nobody followed
   * @throws Error when a request was lost
   */
  finish(atMs: TimeMs, alsoInFlight = 0): TrafficCounts {
    this.advance(atMs);
    const { connections, outcomes, waiting } = this.parts;
    this.#beforeBinEnds(atMs);
    connections.countAnswers(atMs);
    outcomes.finish(atMs);
    let inFlight = alsoInFlight + waiting.countIf((arrivedMs) => outcomes.counts(arrivedMs));
    for (let connection = 0; connection < connections.size; connection++) {
      const phase = connections.phase[connection];
      const idle =
        phase === ANSWERED &&
        (connections.freeMs[connection] as number) <= atMs &&
        connections.uncounted[connection] === 0;
      if (phase === CLOSED || idle) continue;
      if (outcomes.counts(connections.arrivedMs[connection] as number)) inFlight++;
    }
    return outcomes.result(inFlight);
  }
}

function nothing(): void {
  // Everything is followed.
}
