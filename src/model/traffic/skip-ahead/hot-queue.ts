/**
 * Every request of the clients whose addresses are bound to one overloaded pod. Nothing but that pod's own queue decides
 * how they end, so that each request's end is known as it reaches the pod, and no message or agenda entry is needed for
 * it: the same steps as the request loop's, several times as fast.
 */
import type { DurationMs, TimeMs } from '../../../kernel/time.ts';
import type { Clients } from '../../../scenario/scenario.ts';
import type { PodIndex } from '../../data-plane.ts';
import type { AttemptFailure } from '../agenda.ts';
import { ANSWERED, BY_IDLE_TIMEOUT, CLOSED, CONNECTING, SENT, type Connections } from '../connections.ts';
import type { Draws } from '../draws.ts';
import type { Outcomes } from '../outcomes.ts';
import type { RateProfile } from '../rate-profile.ts';
import type { RequestLoop } from '../request-loop.ts';
import type { Server } from '../server.ts';
import { aRequest, type WaitingRequest } from '../waiting-requests.ts';
import { CUT, DEADLINE, ENDS, endOf, LEFT_UNREAD, OK, REFUSED, RESET } from './hot-ends.ts';
import type { HotClient } from './hot-client.ts';
import { isGone } from './hot-pool.ts';
import { releaseBusy, releaseOpening } from './hot-release.ts';
import { NumberRing } from './number-ring.ts';

const NEVER = Number.POSITIVE_INFINITY;

export interface HotQueueParts {
  readonly loop: RequestLoop;
  readonly clients: Clients;
  readonly profile: RateProfile;
  /** Between two arrivals of all clients together, as an area under the rate. */
  readonly gaps: Draws;
  /** Room for how the request on each connection will end. */
  readonly ends: Uint8Array;
  /** What is known of each client; nothing, when it comes to a queue. */
  readonly memberOf: (client: number) => HotClient;
}

export class HotQueue {
  readonly pod: PodIndex;
  readonly #parts: HotQueueParts;
  readonly #connections: Connections;
  readonly #outcomes: Outcomes;
  readonly #server: Server;
  readonly #oneWayMs: DurationMs;
  readonly #timeoutMs: DurationMs;
  /** How long a connection can be used after an answer, on the client's side; and after an answer's end, on the pod's. */
  readonly #usableMs: DurationMs;
  readonly #keepAliveMs: DurationMs;
  readonly #members: HotClient[] = [];
  /** When each member does something next; and behind them, up to when the queue is followed. */
  #wakesMs = new Float64Array(8);
  /** When what is being done is done: in a field, since numbers that calls pass on are allocated. */
  #nowMs: TimeMs = 0;
  /**
   * Connections that a request opens which has not reached the pod, first come first: they all take as long. It counts
   * as sent when one on an open connection would be that reaches the pod at the same time.
   */
  readonly #openings = new NumberRing();
  /** How the request on each connection will end, at the time at which the connection is free. */
  readonly #ends: Uint8Array;
  /** The request that has failed: one record for all, since many thousands do in one run. */
  readonly #failed: WaitingRequest = aRequest();

  constructor(pod: PodIndex, parts: HotQueueParts) {
    const { loop, clients } = parts;
    this.pod = pod;
    this.#parts = parts;
    this.#connections = loop.parts.connections;
    this.#outcomes = loop.parts.outcomes;
    this.#server = loop.servers.serverOf(pod);
    this.#oneWayMs = loop.parts.oneWayMs;
    this.#timeoutMs = clients.timeoutMs;
    this.#keepAliveMs = this.#server.keepAliveMs;
    const clientIdleMs = clients.idleTimeoutMs > 0 ? clients.idleTimeoutMs : Number.POSITIVE_INFINITY;
    this.#usableMs = Math.min(clientIdleMs, this.#keepAliveMs);
    this.#ends = parts.ends;
  }

  get clients(): readonly number[] {
    return this.#members.map(({ client }) => client);
  }

  /** Whether a request waits for a connection. */
  get anyWaits(): boolean {
    return this.#members.some(({ waiting }) => waiting.length > 0);
  }

  /** The client's requests are followed here from `nowMs` on, up to which the queue has been advanced. */
  take(client: number, nowMs: TimeMs): void {
    const { waiting, agenda } = this.#parts.loop.parts;
    const connections = this.#connections;
    const member = this.#parts.memberOf(client);
    member.begin(this.#parts.loop.clients.heldUpBy(client));
    this.#members.push(member);
    this.#server.catchUp ??= (reachesMs) => {
      this.advance(reachesMs - this.#oneWayMs);
    };
    if (this.#members.length >= this.#wakesMs.length)
      this.#wakesMs = new Float64Array(2 * this.#members.length);
    const idle: number[] = [];
    for (let at = client * connections.each; at < (client + 1) * connections.each; at++) {
      const failure = agenda.failureOf(at);
      connections.attempts[at] = 1;
      connections.user[at] = -1;
      if (connections.phase[at] === CLOSED) member.pushClosed(at);
      else if (failure !== undefined) {
        this.#ends[at] = endOf(failure);
        connections.freeMs[at] = agenda.withdraw(at);
        member.occupy(at);
      } else if ((connections.freeMs[at] as number) > nowMs) {
        connections.uncounted[at] = 0;
        this.#ends[at] = OK;
        member.occupy(at);
      } else {
        connections.countAnswer(at);
        if (!isGone(connections, at, nowMs)) idle.push(at);
        else this.#close(member, at);
      }
    }
    idle.sort((a, b) => (connections.freeMs[a] as number) - (connections.freeMs[b] as number));
    for (const connection of idle) member.pushIdle(connection);
    for (let request = waiting.first(client); request !== undefined; request = waiting.first(client)) {
      member.waiting.push(request.arrivedMs);
      waiting.dequeue(client);
    }
    this.#parts.profile.moveTo(nowMs);
    this.#drawArrival(member, nowMs);
  }

  /** Hands every client back to the request loop at `nowMs`, up to which the queue has been advanced. */
  release(nowMs: TimeMs): void {
    const { parts } = this.#parts.loop;
    const { pools, waiting, agenda, connections } = parts;
    while (this.#openings.length > 0) releaseOpening(parts, this.#openings.shift(), nowMs);
    for (const member of this.#members) {
      const { client } = member;
      for (let at = member.shiftFree(NEVER); at >= 0; at = member.shiftFree(NEVER)) {
        releaseBusy(parts, at, this.#ends[at] as number);
      }
      for (let at = client * connections.each; at < (client + 1) * connections.each; at++) {
        if (connections.phase[at] === ANSWERED) this.#parts.loop.servers.keptFrom(at);
      }
      pools.forget(client);
      this.#parts.loop.clients.setHeldUpBy(client, member.heldUpBy);
      while (member.waiting.length > 0) {
        const arrivedMs = member.waiting.shift();
        const deadlineMs = arrivedMs + this.#timeoutMs;
        waiting.enqueue({ client, arrivedMs, deadlineMs, attempts: 1, user: -1, fresh: false });
      }
      if (!waiting.isEmpty(client)) agenda.wakeAt(nowMs, client);
    }
    this.#members.length = 0;
    this.#server.catchUp = null;
  }

  /** Follows everything up to `untilMs`, and counts what has ended by then. */
  advance(untilMs: TimeMs): void {
    const members = this.#members;
    const wakesMs = this.#wakesMs;
    const count = members.length;
    for (let i = 0; i < count; i++) {
      const member = members[i] as HotClient;
      this.#drawArrivals(member, untilMs);
      member.noteWake(wakesMs, i, this.#timeoutMs);
    }
    wakesMs[count] = untilMs;
    for (;;) {
      let next = count;
      let nextMs = wakesMs[count];
      for (let i = 0; i < count; i++) {
        const wakeMs = wakesMs[i] as TimeMs;
        if (wakeMs > nextMs) continue;
        next = i;
        nextMs = wakeMs;
      }
      if (this.#openings.length > 0 && this.#nextOpenMs() <= nextMs) next = this.#reachOpened();
      else if (next < count) this.#wake(next);
      else break;
      (members[next] as HotClient).noteWake(wakesMs, next, this.#timeoutMs);
    }
    for (const member of members) this.#settleUntil(member, untilMs);
  }

  #nextOpenMs(): TimeMs {
    return this.#connections.sentMs[this.#openings.first] as TimeMs;
  }

  /** @returns the place of the member whose request it was */
  #reachOpened(): number {
    const connection = this.#openings.shift();
    const client = this.#connections.clientOf(connection);
    const at = this.#members.findIndex((member) => member.client === client);
    this.#reach(this.#members[at] as HotClient, connection);
    return at;
  }

  /** Draws when the member's next request arrives, after one at `timeMs`. */
  #drawArrival(member: HotClient, timeMs: TimeMs): void {
    const { profile, gaps, clients } = this.#parts;
    const area = gaps.next() * clients.count;
    const quickMs = profile.timeAfterInside(timeMs, area);
    // Two assignments, since the result of a call would have the other one allocated.
    if (Number.isNaN(quickMs)) member.arrivesMs = profile.timeAfter(timeMs, area);
    else member.arrivesMs = quickMs;
  }

  #drawArrivals(member: HotClient, untilMs: TimeMs): void {
    if (member.arrivesMs > untilMs) return;
    this.#parts.profile.moveTo(member.arrivesMs);
    while (member.arrivesMs <= untilMs) {
      this.#outcomes.offered(member.arrivesMs);
      member.waiting.push(member.arrivesMs);
      this.#drawArrival(member, member.arrivesMs);
    }
  }

  /** The first request of a member's line goes out, or gives up. */
  #wake(at: number): void {
    const member = this.#members[at] as HotClient;
    const nowMs = this.#wakesMs[at] as TimeMs;
    this.#nowMs = nowMs;
    const arrivedMs = member.waiting.first;
    const deadlineMs = arrivedMs + this.#timeoutMs;
    if (deadlineMs <= nowMs) {
      member.waiting.shift();
      this.#fail(member, DEADLINE, -1, arrivedMs, nowMs);
      this.#lookBehind(member);
      return;
    }
    const connection = this.#nextIdle(member);
    if (connection >= 0) {
      if (nowMs + 2 * this.#oneWayMs <= deadlineMs) return this.#send(member, connection);
      member.pushIdle(connection);
    } else {
      const place = member.popClosed();
      if (nowMs + 4 * this.#oneWayMs <= deadlineMs) return this.#open(member, place);
      member.pushClosed(place);
    }
    // Nobody can answer it in time any more: it stands in the others' way until it gives up.
    member.blockedUntilMs = deadlineMs;
  }

  /** The connection for the request that goes out now, up to when answers are counted; -1: none is idle. */
  #nextIdle(member: HotClient): number {
    const only = member.onlyNext();
    // A client with a line: the answer that comes lets the next request go.
    if (only >= 0 && this.#connections.freeMs[only] === this.#nowMs && this.#ends[only] === OK) {
      member.shiftBusy();
      this.#countAnswer(only);
      return only;
    }
    this.#settleUntil(member, this.#nowMs);
    return this.#takeIdle(member);
  }

  /** An idle connection that can still be used; -1: none. */
  #takeIdle(member: HotClient): number {
    for (;;) {
      const connection = member.popIdle();
      if (connection < 0) return -1;
      if (this.#nowMs < (this.#connections.freeMs[connection] as number) + this.#usableMs) return connection;
      this.#close(member, connection);
    }
  }

  #close(member: HotClient, connection: number): void {
    this.#connections.close(connection);
    member.pushClosed(connection);
  }

  #takeWaiting(member: HotClient, connection: number): void {
    const arrivedMs = member.waiting.shift();
    this.#connections.arrivedMs[connection] = arrivedMs;
    this.#lookBehind(member);
  }

  /** Nothing holds up a client without a line. */
  #lookBehind(member: HotClient): void {
    if (member.waiting.length === 0 || member.waiting.first > this.#nowMs) member.heldUpBy = -1;
  }

  #open(member: HotClient, connection: number): void {
    const connections = this.#connections;
    const nowMs = this.#nowMs;
    const sentMs = nowMs + 2 * this.#oneWayMs;
    this.#takeWaiting(member, connection);
    connections.phase[connection] = CONNECTING;
    connections.pod[connection] = this.pod;
    connections.openedMs[connection] = nowMs;
    connections.closedBy[connection] = BY_IDLE_TIMEOUT;
    connections.serverClosesMs[connection] = Number.POSITIVE_INFINITY;
    connections.goneMs[connection] = Number.POSITIVE_INFINITY;
    connections.used[connection] = 1;
    connections.sentMs[connection] = sentMs;
    connections.deadlineMs[connection] = (connections.arrivedMs[connection] as number) + this.#timeoutMs;
    this.#openings.push(connection);
  }

  #send(member: HotClient, connection: number): void {
    const connections = this.#connections;
    const nowMs = this.#nowMs;
    const closesMs = (connections.freeMs[connection] as number) - this.#oneWayMs + this.#keepAliveMs;
    this.#takeWaiting(member, connection);
    connections.sentMs[connection] = nowMs;
    connections.used[connection] = (connections.used[connection] as number) + 1;
    connections.deadlineMs[connection] = (connections.arrivedMs[connection] as number) + this.#timeoutMs;
    if (nowMs + this.#oneWayMs < closesMs) this.#reach(member, connection);
    else this.#meetClose(member, connection, closesMs);
  }

  /** R-CLI-5: the pod closes the connection before the request comes. */
  #meetClose(member: HotClient, connection: number, closesMs: TimeMs): void {
    const nowMs = this.#nowMs;
    const closed = closesMs <= nowMs;
    this.#connections.phase[connection] = SENT;
    this.#ends[connection] = closed ? CUT : RESET;
    this.#connections.freeMs[connection] = closed ? closesMs + this.#oneWayMs : nowMs + 2 * this.#oneWayMs;
    member.occupy(connection);
  }

  /** The request on an open connection comes to the pod. */
  #reach(member: HotClient, connection: number): void {
    const connections = this.#connections;
    const server = this.#server;
    server.comesMs = (connections.sentMs[connection] as number) + this.#oneWayMs;
    connections.phase[connection] = ANSWERED;
    if (!server.admit()) {
      this.#overflow(member, connection);
      return;
    }
    const { startMs, endMs } = server;
    const answerMs = endMs + this.#oneWayMs;
    const deadlineMs = connections.deadlineMs[connection] as number;
    connections.startMs[connection] = startMs;
    connections.endMs[connection] = endMs;
    this.#ends[connection] = answerMs > deadlineMs ? DEADLINE : OK;
    connections.freeMs[connection] = answerMs > deadlineMs ? deadlineMs : answerMs;
    member.occupy(connection);
  }

  #overflow(member: HotClient, connection: number): void {
    const connections = this.#connections;
    const reachesMs = (connections.sentMs[connection] as number) + this.#oneWayMs;
    const refuses = this.#server.overflow === 'http-5xx';
    connections.startMs[connection] = refuses ? reachesMs : Number.POSITIVE_INFINITY;
    connections.endMs[connection] = refuses ? reachesMs : Number.POSITIVE_INFINITY;
    this.#ends[connection] = refuses ? REFUSED : LEFT_UNREAD;
    const deadlineMs = connections.deadlineMs[connection] as number;
    connections.freeMs[connection] = refuses ? reachesMs + this.#oneWayMs : deadlineMs;
    member.occupy(connection);
  }

  /** Counts how the member's requests ended up to `untilMs`. */
  #settleUntil(member: HotClient, untilMs: TimeMs): void {
    for (;;) {
      const connection = member.shiftFree(untilMs);
      if (connection < 0) return;
      const end = this.#ends[connection] as number;
      if (end === OK) {
        this.#countAnswer(connection);
        member.pushIdle(connection);
      } else this.#settleFailure(member, connection, end);
    }
  }

  #countAnswer(connection: number): void {
    const { arrivedMs, freeMs, used } = this.#connections;
    const reused = (used[connection] as number) > 1;
    this.#outcomes.ok(arrivedMs[connection] as number, freeMs[connection] as number, reused, 1);
  }

  #settleFailure(member: HotClient, connection: number, end: number): void {
    const { arrivedMs, freeMs } = this.#connections;
    this.#fail(member, end, connection, arrivedMs[connection] as number, freeMs[connection] as number);
    if (end === REFUSED) member.pushIdle(connection);
    else this.#close(member, connection);
  }

  #fail(
    { client, heldUpBy }: HotClient,
    end: number,
    connection: number,
    arrivedMs: TimeMs,
    nowMs: TimeMs,
  ): void {
    const { clients } = this.#parts.loop;
    const request = this.#failed;
    request.client = client;
    request.arrivedMs = arrivedMs;
    request.deadlineMs = arrivedMs + this.#timeoutMs;
    clients.setHeldUpBy(client, heldUpBy);
    clients.attemptFailed(request, ENDS[end] as AttemptFailure, connection, nowMs);
  }
}
