/**
 * What clients do: put each request on a connection of their pool or let it wait for one, open connections,
 * notice failures, and try again (R-CLI-1, R-CLI-5 to R-CLI-7).
 */
import { compileDistribution, type Distribution } from '../../kernel/distribution.ts';
import type { RandomStream } from '../../kernel/random.ts';
import type { DurationMs, TimeMs } from '../../kernel/time.ts';
import type { FailureClass } from '../../record.ts';
import { retryBackoffMs, RETRIED_AS } from '../../retry.ts';
import type { Clients } from '../../scenario/scenario.ts';
import type { FailureEvent, FailureListener, FailureMechanism, PodIndex } from '../data-plane.ts';
import type { AttemptFailure } from './agenda.ts';
import { ANSWERED, BY_IDLE_TIMEOUT, CLOSED, CONNECTING, SENT } from './connections.ts';
import type { NodeBalancer } from './balancer.ts';
import { aRequest, type WaitingRequest } from './waiting-requests.ts';
import type { TrafficParts } from './traffic-parts.ts';

/** A request whose deadline passed while it waited for a connection. */
const GAVE_UP = { class: 'request-timeout', mechanism: 'deadline' } as const;

export class ClientSide {
  readonly #parts: TrafficParts;
  readonly #clients: Clients;
  readonly #oneWayMs: DurationMs;
  readonly #thinkTime: Distribution | null;
  readonly #thinkRandom: RandomStream;
  readonly #backoffRandom: RandomStream;
  readonly #onFailure: FailureListener;
  /** What the listener is told: one record for all, since many thousands fail in one run. */
  readonly #failure: { -readonly [Field in keyof FailureEvent]: FailureEvent[Field] } = {
    class: 'refused',
    mechanism: 'deadline',
    client: 0,
    clientNode: 0,
    pod: -1,
    reusedConnection: false,
    connectionOpenedMs: 0,
    attempts: 0,
    arrivedMs: 0,
    sentMs: 0,
    endedMs: 0,
    queuedMs: 0,
  };
  /** A request that has to wait, and one whose attempt has failed: each one record for all, for the same reason. */
  readonly #asked: WaitingRequest = aRequest();
  readonly #failed: WaitingRequest = aRequest();
  /** Users of a closed loop whose client has stopped with its node. */
  #stoppedUsers: number[] = [];
  /** For each client the pod whose vanished address its queue has grown behind, until it is empty again; -1: none. */
  readonly #heldUpBy: Int32Array;

  constructor(parts: TrafficParts, onFailure: FailureListener) {
    this.#parts = parts;
    this.#clients = parts.traffic.clients;
    this.#oneWayMs = parts.oneWayMs;
    const { closed } = parts.traffic;
    this.#thinkTime = closed === null ? null : compileDistribution(closed.thinkTime);
    this.#thinkRandom = parts.streams.stream('think-time');
    this.#backoffRandom = parts.streams.stream('retry-backoff');
    this.#onFailure = onFailure;
    this.#heldUpBy = new Int32Array(this.#clients.count).fill(-1);
  }

  /** A request of this client (R-CLI-1). */
  arrive(nowMs: TimeMs, client: number): void {
    this.#ask(nowMs, client, -1);
  }

  /**
   * A request of this client opens a connection, which its node sends to `pod`; -1: the node has no endpoint.
   * False: the client has no place for it, and nothing has happened.
   */
  arriveFor(nowMs: TimeMs, client: number, pod: PodIndex): boolean {
    const { connections, pools, outcomes, nodes } = this.#parts;
    if (!nodes.asks(this.nodeOf(client))) return true;
    const connection = pools.takeClosed(client, nowMs);
    if (connection < 0) return false;
    outcomes.offered(nowMs);
    connections.arrivedMs[connection] = nowMs;
    connections.deadlineMs[connection] = nowMs + this.#clients.timeoutMs;
    connections.attempts[connection] = 1;
    connections.user[connection] = -1;
    connections.sentMs[connection] = nowMs;
    connections.freeMs[connection] = Number.POSITIVE_INFINITY;
    if (pod >= 0) this.#balancerOf(client).bind(client, pod, nowMs);
    this.#connectTo(pod, connection, client, nowMs);
    return true;
  }

  /** A user of the closed loop asks; each belongs to one client. */
  userAsks(user: number, nowMs: TimeMs): void {
    this.#ask(nowMs, user % this.#clients.count, user);
  }

  /** A user has the answer and thinks before asking again. */
  userThinks(user: number, nowMs: TimeMs): void {
    if (this.#thinkTime === null) return;
    const askMs = nowMs + this.#thinkTime.sample(this.#thinkRandom);
    if (askMs < this.#parts.horizonMs) this.#parts.agenda.askAt(askMs, user);
  }

  /** The clients of this node ask again, with no connection left of before. */
  started(node: number, nowMs: TimeMs): void {
    const { connections } = this.#parts;
    for (let connection = 0; connection < connections.size; connection++) {
      if (this.nodeOf(connections.clientOf(connection)) !== node) continue;
      const idle = connections.phase[connection] === ANSWERED;
      if (idle && (connections.freeMs[connection] as number) <= nowMs) {
        connections.countAnswer(connection);
        connections.close(connection);
      }
    }
  }

  /** Users whose client had stopped think of what they wanted. */
  resumed(node: number, nowMs: TimeMs): void {
    const users = this.#stoppedUsers;
    this.#stoppedUsers = [];
    for (const user of users) {
      if (this.nodeOf(user % this.#clients.count) === node) this.userThinks(user, nowMs);
      else this.#stoppedUsers.push(user);
    }
  }

  #ask(nowMs: TimeMs, client: number, user: number): void {
    if (!this.#parts.nodes.asks(this.nodeOf(client))) {
      if (user >= 0) this.#stoppedUsers.push(user);
      return;
    }
    this.#parts.outcomes.offered(nowMs);
    const deadlineMs = nowMs + this.#clients.timeoutMs;
    // Whoever waits already waits for a connection: none is free.
    const mayGo = this.#parts.waiting.isEmpty(client);
    if (mayGo && this.#dispatch(nowMs, client, nowMs, deadlineMs, 1, user, false)) return;
    const request = this.#asked;
    request.client = client;
    request.arrivedMs = nowMs;
    request.deadlineMs = deadlineMs;
    request.user = user;
    this.#enqueue(request, nowMs);
  }

  /** False when the request has to wait, or when no answer could come before its deadline. */
  #dispatch(
    nowMs: TimeMs,
    client: number,
    arrivedMs: TimeMs,
    deadlineMs: TimeMs,
    attempts: number,
    user: number,
    fresh: boolean,
  ): boolean {
    const { connections, pools } = this.#parts;
    const connection = fresh ? pools.takeClosed(client, nowMs) : pools.take(client, nowMs);
    if (connection < 0) return false;
    const opens = connections.phase[connection] === CLOSED;
    if (nowMs + (opens ? 4 : 2) * this.#oneWayMs > deadlineMs) return false;
    connections.arrivedMs[connection] = arrivedMs;
    connections.deadlineMs[connection] = deadlineMs;
    connections.attempts[connection] = attempts;
    connections.user[connection] = user;
    connections.sentMs[connection] = nowMs;
    connections.freeMs[connection] = Number.POSITIVE_INFINITY;
    if (opens) this.#connectTo(this.#balancerOf(client).pick(client, nowMs), connection, client, nowMs);
    else this.#send(connection, nowMs);
    return true;
  }

  #send(connection: number, nowMs: TimeMs): void {
    const { connections, wire, agenda } = this.#parts;
    connections.used[connection] = (connections.used[connection] as number) + 1;
    connections.phase[connection] = SENT;
    const closesMs = connections.serverClosesMs[connection] as number;
    if (closesMs > nowMs) {
      wire.push(nowMs + this.#oneWayMs, connection);
      return;
    }
    // R-CLI-5: the server has closed and its FIN is under way; the client reads it as the end of the answer.
    const idle = connections.closedBy[connection] === BY_IDLE_TIMEOUT;
    agenda.failAt(closesMs + this.#oneWayMs, connection, {
      class: 'eof',
      mechanism: idle ? 'idle-race' : 'drain-race',
      keepsConnection: false,
    });
  }

  #balancerOf(client: number): NodeBalancer {
    const balancer = this.#parts.balancers[this.nodeOf(client)];
    if (balancer === undefined) throw new Error(`client ${client} has no node`);
    return balancer;
  }

  #connectTo(pod: PodIndex, connection: number, client: number, nowMs: TimeMs): void {
    const { connections, wire, agenda } = this.#parts;
    connections.phase[connection] = CONNECTING;
    connections.pod[connection] = pod;
    connections.openedMs[connection] = nowMs;
    connections.used[connection] = 0;
    connections.serverClosesMs[connection] = Number.POSITIVE_INFINITY;
    if (pod >= 0) {
      wire.push(nowMs + this.#oneWayMs, connection);
    } else if (this.#balancerOf(client).whenEmpty === 'reject') {
      // R-KP-7: the node itself answers.
      agenda.failAt(nowMs, connection, {
        class: 'refused',
        mechanism: 'no-endpoints',
        keepsConnection: false,
      });
    } else {
      const deadlineMs = connections.deadlineMs[connection] as number;
      agenda.failAt(Math.min(nowMs + this.#clients.connectTimeoutMs, deadlineMs), connection, {
        class: 'connect-timeout',
        mechanism: 'no-endpoints',
        keepsConnection: false,
      });
    }
  }

  nodeOf(client: number): number {
    return client % this.#parts.balancers.length;
  }

  #enqueue(request: WaitingRequest, nowMs: TimeMs): void {
    const { waiting } = this.#parts;
    const first = waiting.isEmpty(request.client);
    waiting.enqueue(request);
    if (first) this.#watchQueue(request.client, nowMs);
  }

  /** The queue moves when a connection becomes free or the first request's deadline passes. */
  #watchQueue(client: number, nowMs: TimeMs): void {
    const { waiting, connections, agenda } = this.#parts;
    if (waiting.isEmpty(client)) return;
    const deadlineMs = waiting.firstDeadlineMs(client);
    agenda.wakeAt(Math.min(deadlineMs, connections.nextFreeMs(client, nowMs)), client);
  }

  /** Serves a client's queue as far as its connections go. */
  wake(client: number, nowMs: TimeMs): void {
    const { waiting } = this.#parts;
    for (let request = waiting.first(client); request !== undefined; request = waiting.first(client)) {
      const { arrivedMs, deadlineMs, attempts, user, fresh } = request;
      if (deadlineMs <= nowMs) {
        waiting.dequeue(client);
        this.attemptFailed(request, GAVE_UP, -1, nowMs);
      } else if (this.#dispatch(nowMs, client, arrivedMs, deadlineMs, attempts, user, fresh)) {
        waiting.dequeue(client);
      } else break;
    }
    if (waiting.isEmpty(client)) this.#heldUpBy[client] = -1;
    this.#watchQueue(client, nowMs);
  }

  /** A retry's wait is over. */
  retry(number: number, nowMs: TimeMs): void {
    const request = this.#parts.waiting.unpark(number);
    request.deadlineMs = nowMs + this.#clients.timeoutMs;
    const { client, arrivedMs, deadlineMs, attempts, user, fresh } = request;
    if (!this.#dispatch(nowMs, client, arrivedMs, deadlineMs, attempts, user, fresh)) {
      this.#enqueue(request, nowMs);
    }
  }

  /** The failure of the attempt on this connection has come to its client. */
  connectionFailed(connection: number, nowMs: TimeMs): void {
    const { connections, agenda, waiting } = this.#parts;
    const failure = agenda.takeFailure(connection);
    const client = connections.clientOf(connection);
    const request = this.#failed;
    request.client = client;
    request.arrivedMs = connections.arrivedMs[connection] as number;
    request.deadlineMs = connections.deadlineMs[connection] as number;
    request.attempts = connections.attempts[connection] as number;
    request.user = connections.user[connection] as number;
    if (failure.mechanism === 'address-gone' && !waiting.isEmpty(client)) {
      this.#heldUpBy[client] = connections.pod[connection] as number;
    }
    this.attemptFailed(request, failure, connection, nowMs);
    if (failure.keepsConnection && nowMs < (connections.goneMs[connection] as number)) {
      connections.freeMs[connection] = nowMs;
    } else connections.close(connection);
    if (!waiting.isEmpty(client)) agenda.wakeAt(nowMs, client);
  }

  /**
   * Tries again (R-CLI-7), or reports the failure for good.
   * @param connection -1: it never got one
   */
  attemptFailed(
    request: Readonly<WaitingRequest>,
    { class: failure, mechanism }: Pick<AttemptFailure, 'class' | 'mechanism'>,
    connection: number,
    nowMs: TimeMs,
  ): void {
    const { retries } = this.#clients;
    if (request.attempts <= retries.max && retries.on.includes(RETRIED_AS[failure])) {
      const kind = RETRIED_AS[failure];
      const backoffMs = retryBackoffMs(retries.backoff, request.attempts, this.#backoffRandom);
      // The pool may hold more connections to the pod that has just failed; a client that lost one opens another.
      const fresh = kind === 'connect' || kind === 'reset';
      const next = { ...request, attempts: request.attempts + 1, fresh };
      this.#parts.agenda.retryAt(nowMs + backoffMs, this.#parts.waiting.park(next));
      return;
    }
    const { outcomes, connections } = this.#parts;
    const reused = connection >= 0 && (connections.used[connection] as number) > 1;
    outcomes.failed(failure, request.arrivedMs, reused, request.attempts);
    if (outcomes.counts(request.arrivedMs)) this.#report(request, failure, mechanism, connection, nowMs);
    if (request.user >= 0) this.userThinks(request.user, nowMs);
  }

  /** The pod whose vanished address this client's queue has grown behind; -1: none. */
  heldUpBy(client: number): PodIndex {
    return this.#heldUpBy[client] as PodIndex;
  }

  /** @param pod -1: the queue has been empty since */
  setHeldUpBy(client: number, pod: PodIndex): void {
    this.#heldUpBy[client] = pod;
  }

  /** The pod whose vanished address this client's requests wait for, or queue behind still; -1: none. */
  #podThatHoldsUp(client: number, nowMs: TimeMs): PodIndex {
    const heldUpBy = this.#heldUpBy[client] as number;
    if (heldUpBy >= 0) return heldUpBy;
    return this.#parts.connections.unansweredPod(client, nowMs - 2 * this.#oneWayMs);
  }

  #report(
    request: Readonly<WaitingRequest>,
    failure: FailureClass,
    mechanism: FailureMechanism,
    connection: number,
    nowMs: TimeMs,
  ): void {
    const { connections } = this.#parts;
    const waited = connection < 0;
    const heldUpBy = mechanism === 'deadline' ? this.#podThatHoldsUp(request.client, nowMs) : -1;
    const sentMs = waited ? nowMs : (connections.sentMs[connection] as number);
    const reached = !waited && connections.phase[connection] === ANSWERED;
    const startMs = reached ? (connections.startMs[connection] as number) : 0;
    const told = this.#failure;
    told.class = failure;
    told.mechanism = heldUpBy < 0 ? mechanism : 'address-gone';
    told.client = request.client;
    told.clientNode = this.nodeOf(request.client);
    told.pod = heldUpBy >= 0 || waited ? heldUpBy : (connections.pod[connection] as number);
    told.reusedConnection = !waited && (connections.used[connection] as number) > 1;
    told.connectionOpenedMs = waited ? nowMs : (connections.openedMs[connection] as number);
    told.attempts = request.attempts;
    told.arrivedMs = request.arrivedMs;
    told.sentMs = sentMs;
    told.endedMs = nowMs;
    told.queuedMs = reached ? Math.max(0, Math.min(startMs, nowMs) - sentMs - this.#oneWayMs) : 0;
    this.#onFailure(told);
  }
}
