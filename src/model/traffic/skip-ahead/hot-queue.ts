/**
 * Every request of the clients whose addresses are bound to one overloaded pod. Nothing but that pod's own queue decides
 * how they end, so that each request's end is known as it is sent, and no message or agenda entry is needed for it: the
 * same steps as the request loop's, several times as fast.
 */
import type { RandomStream } from '../../../kernel/random.ts';
import type { DurationMs, TimeMs } from '../../../kernel/time.ts';
import type { Clients } from '../../../scenario/scenario.ts';
import type { PodIndex } from '../../data-plane.ts';
import type { AttemptFailure } from '../agenda.ts';
import { ANSWERED, BY_IDLE_TIMEOUT, CLOSED } from '../connections.ts';
import type { RateProfile } from '../rate-profile.ts';
import type { RequestLoop } from '../request-loop.ts';
import type { Server } from '../server.ts';
import { ArrivalRing } from './arrival-ring.ts';

const DEADLINE: AttemptFailure = { class: 'request-timeout', mechanism: 'deadline', keepsConnection: false };
const LEFT_UNREAD: AttemptFailure = {
  class: 'request-timeout',
  mechanism: 'overflow',
  keepsConnection: false,
};
const REFUSED: AttemptFailure = { class: 'http-5xx', mechanism: 'overflow', keepsConnection: true };

interface Member {
  readonly client: number;
  readonly waiting: ArrivalRing;
  /** When a waiting request can be sent, or gives up; Infinity when none waits. */
  wakeMs: TimeMs;
  /** What its queue had grown behind as it came here, until it is empty; -1: nothing. */
  heldUpBy: PodIndex;
}

export interface HotQueueParts {
  readonly loop: RequestLoop;
  readonly clients: Clients;
  readonly profile: RateProfile;
  readonly random: RandomStream;
}

export class HotQueue {
  readonly pod: PodIndex;
  readonly #parts: HotQueueParts;
  readonly #server: Server;
  readonly #oneWayMs: DurationMs;
  readonly #members: Member[] = [];
  /** How the request on each connection will fail, at the time at which the connection is free; undefined: it will not. */
  readonly #fails: (AttemptFailure | undefined)[];
  #nextArrivalMs: TimeMs = Number.POSITIVE_INFINITY;

  constructor(pod: PodIndex, parts: HotQueueParts) {
    this.pod = pod;
    this.#parts = parts;
    this.#server = parts.loop.servers.serverOf(pod);
    this.#oneWayMs = parts.loop.parts.oneWayMs;
    this.#fails = Array.from({ length: parts.loop.parts.connections.size }, () => undefined);
  }

  get clients(): readonly number[] {
    return this.#members.map(({ client }) => client);
  }

  /** Whether a client's pool can be followed here: all of it is on this pod, and nothing else goes on in it. */
  canTake(client: number): boolean {
    const { connections, agenda } = this.#parts.loop.parts;
    for (let at = client * connections.each; at < (client + 1) * connections.each; at++) {
      if (connections.phase[at] === CLOSED) continue;
      if (connections.phase[at] !== ANSWERED || connections.pod[at] !== this.pod) return false;
      const failure = agenda.failureOf(at);
      if (failure === undefined) continue;
      if (failure.mechanism !== 'deadline' && failure.mechanism !== 'overflow') return false;
    }
    return true;
  }

  /** The client's requests are followed here from `nowMs` on, up to which the queue has been advanced. */
  take(client: number, nowMs: TimeMs): void {
    const { connections, agenda, waiting } = this.#parts.loop.parts;
    const member = {
      client,
      waiting: new ArrivalRing(),
      wakeMs: Number.POSITIVE_INFINITY,
      heldUpBy: this.#parts.loop.clients.heldUpBy(client),
    };
    this.#members.push(member);
    for (let at = client * connections.each; at < (client + 1) * connections.each; at++) {
      const failure = agenda.failureOf(at);
      this.#fails[at] = failure;
      if (failure !== undefined) connections.freeMs[at] = agenda.withdraw(at);
    }
    for (let request = waiting.first(client); request !== undefined; request = waiting.first(client)) {
      member.waiting.push(request.arrivedMs);
      waiting.dequeue(client);
    }
    this.#setWake(member, nowMs);
    this.#drawArrival(nowMs);
  }

  /** Hands every client back to the request loop at `nowMs`, up to which the queue has been advanced. */
  release(nowMs: TimeMs): void {
    const { connections, agenda, pools, waiting } = this.#parts.loop.parts;
    for (const { client, waiting: ring, heldUpBy } of this.#members) {
      this.#parts.loop.clients.setHeldUpBy(client, heldUpBy);
      for (let at = client * connections.each; at < (client + 1) * connections.each; at++) {
        const failure = this.#fails[at];
        if (failure === undefined) continue;
        agenda.failAt(connections.freeMs[at] as number, at, failure);
        connections.freeMs[at] = Number.POSITIVE_INFINITY;
        this.#fails[at] = undefined;
      }
      pools.forget(client);
      while (ring.length > 0) {
        const arrivedMs = ring.shift();
        const deadlineMs = arrivedMs + this.#parts.clients.timeoutMs;
        waiting.enqueue({ client, arrivedMs, deadlineMs, attempts: 1, user: -1, fresh: false });
      }
      if (!waiting.isEmpty(client)) agenda.wakeAt(nowMs, client);
    }
    this.#members.length = 0;
  }

  /** Follows everything up to `untilMs`, and counts what has ended by then. */
  advance(untilMs: TimeMs): void {
    for (;;) {
      let next: Member | undefined;
      let wakeMs = this.#nextArrivalMs;
      for (const member of this.#members) {
        if (member.wakeMs >= wakeMs) continue;
        next = member;
        wakeMs = member.wakeMs;
      }
      if (wakeMs > untilMs) break;
      if (next === undefined) this.#arrive(wakeMs);
      else this.#wake(next, wakeMs);
    }
    this.#settleAll(untilMs);
  }

  #drawArrival(nowMs: TimeMs): void {
    const { profile, random, clients } = this.#parts;
    profile.moveTo(nowMs);
    const share = this.#members.length / clients.count;
    this.#nextArrivalMs = profile.timeAfter(nowMs, random.exponential() / share);
  }

  #arrive(nowMs: TimeMs): void {
    const { random, loop } = this.#parts;
    const member = this.#members[random.below(this.#members.length)] as Member;
    this.#drawArrival(nowMs);
    loop.parts.outcomes.offered(nowMs);
    member.waiting.push(nowMs);
    if (member.waiting.length === 1) this.#setWake(member, nowMs);
  }

  /** When the first waiting request goes out, or gives up. */
  #setWake(member: Member, nowMs: TimeMs): void {
    if (member.waiting.length === 0) {
      member.heldUpBy = -1;
      member.wakeMs = Number.POSITIVE_INFINITY;
      return;
    }
    const { connections } = this.#parts.loop.parts;
    let freeMs = Number.POSITIVE_INFINITY;
    for (let at = member.client * connections.each; at < (member.client + 1) * connections.each; at++) {
      const ms = connections.freeMs[at] as number;
      if (ms < freeMs) freeMs = ms;
    }
    const deadlineMs = member.waiting.firstMs + this.#parts.clients.timeoutMs;
    member.wakeMs = Math.max(nowMs, Math.min(deadlineMs, freeMs));
  }

  #wake(member: Member, nowMs: TimeMs): void {
    const { clients, loop } = this.#parts;
    const arrivedMs = member.waiting.firstMs;
    const deadlineMs = arrivedMs + clients.timeoutMs;
    if (deadlineMs <= nowMs) {
      member.waiting.shift();
      const request = { client: member.client, arrivedMs, deadlineMs, attempts: 1, user: -1, fresh: false };
      loop.clients.setHeldUpBy(member.client, member.heldUpBy);
      loop.clients.attemptFailed(request, DEADLINE, -1, nowMs);
      this.#setWake(member, nowMs);
      return;
    }
    const connection = this.#freeConnection(member.client, nowMs);
    this.#settle(connection);
    const opens = loop.parts.connections.phase[connection] === CLOSED;
    if (nowMs + (opens ? 4 : 2) * this.#oneWayMs > deadlineMs) {
      // Nobody can answer it in time any more: it stands in the others' way until it gives up.
      member.wakeMs = deadlineMs;
      return;
    }
    member.waiting.shift();
    this.#send(connection, opens, arrivedMs, nowMs);
    this.#setWake(member, nowMs);
  }

  /** The connection that became free last, which is the one a pool takes; a closed one when there is no other. */
  #freeConnection(client: number, nowMs: TimeMs): number {
    const { connections } = this.#parts.loop.parts;
    let taken = -1;
    let takenMs = Number.NEGATIVE_INFINITY;
    for (let at = client * connections.each; at < (client + 1) * connections.each; at++) {
      const freeMs = connections.freeMs[at] as number;
      if (freeMs > nowMs || freeMs < takenMs) continue;
      // One whose request has given up is closed by now.
      if (this.#fails[at]?.keepsConnection === false) this.#settle(at);
      if (taken >= 0 && (connections.freeMs[at] as number) < takenMs) continue;
      taken = at;
      takenMs = connections.freeMs[at] as number;
    }
    return taken;
  }

  #send(connection: number, opens: boolean, arrivedMs: TimeMs, nowMs: TimeMs): void {
    const { connections } = this.#parts.loop.parts;
    const deadlineMs = arrivedMs + this.#parts.clients.timeoutMs;
    const reachesMs = nowMs + (opens ? 3 : 1) * this.#oneWayMs;
    if (opens) {
      connections.pod[connection] = this.pod;
      connections.openedMs[connection] = nowMs;
      connections.closedBy[connection] = BY_IDLE_TIMEOUT;
      connections.used[connection] = 0;
    }
    connections.arrivedMs[connection] = arrivedMs;
    connections.deadlineMs[connection] = deadlineMs;
    connections.attempts[connection] = 1;
    connections.user[connection] = -1;
    connections.sentMs[connection] = reachesMs - this.#oneWayMs;
    connections.used[connection] = (connections.used[connection] as number) + 1;
    const endMs = this.#server.accept(reachesMs);
    const full = endMs < 0;
    const answerMs = (full ? reachesMs : endMs) + this.#oneWayMs;
    this.#parts.loop.servers.idleSince(connection, answerMs);
    if (full && this.#server.overflow === 'http-5xx') {
      this.#fails[connection] = REFUSED;
      return;
    }
    connections.startMs[connection] = full ? Number.POSITIVE_INFINITY : this.#server.startMs;
    if (!full && answerMs <= deadlineMs) {
      connections.answerAt(connection, answerMs);
      return;
    }
    if (full) connections.endMs[connection] = Number.POSITIVE_INFINITY;
    connections.freeMs[connection] = deadlineMs;
    this.#fails[connection] = full ? LEFT_UNREAD : DEADLINE;
  }

  #settleAll(untilMs: TimeMs): void {
    const { connections } = this.#parts.loop.parts;
    for (const { client } of this.#members) {
      for (let at = client * connections.each; at < (client + 1) * connections.each; at++) {
        if ((connections.freeMs[at] as number) <= untilMs) this.#settle(at);
      }
    }
  }

  /** Counts how the request on a connection ended, which it has. */
  #settle(connection: number): void {
    const { connections } = this.#parts.loop.parts;
    const failure = this.#fails[connection];
    if (failure === undefined) {
      connections.countAnswer(connection);
      return;
    }
    this.#fails[connection] = undefined;
    const client = connections.clientOf(connection);
    const member = this.#members.find((one) => one.client === client);
    this.#parts.loop.clients.setHeldUpBy(client, member?.heldUpBy ?? -1);
    const request = {
      client,
      arrivedMs: connections.arrivedMs[connection] as number,
      deadlineMs: connections.deadlineMs[connection] as number,
      attempts: 1,
      user: -1,
      fresh: false,
    };
    this.#parts.loop.clients.attemptFailed(
      request,
      failure,
      connection,
      connections.freeMs[connection] as number,
    );
    if (!failure.keepsConnection) connections.close(connection);
  }
}
