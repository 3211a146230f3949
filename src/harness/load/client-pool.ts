/** The connections of one client: which one a request takes, and which requests wait for one (R-CLI-1). */
import type { RandomStream } from '../../kernel/random.ts';
import type { TimeMs } from '../../kernel/time.ts';
import type { Clients } from '../../scenario/scenario.ts';
import { Connection, type ConnectionListener } from './connection.ts';
import type { PendingRequest } from './pending-request.ts';
import type { Target } from './target.ts';

export class ClientPool {
  readonly #clients: Clients;
  readonly #target: Target;
  readonly #random: RandomStream;
  readonly #listener: ConnectionListener;
  /** Those idle for longest first. */
  readonly #idle: Connection[] = [];
  #waiting: PendingRequest[] = [];
  /** Idle and busy ones. */
  #open = 0;

  constructor(clients: Clients, target: Target, random: RandomStream, listener: ConnectionListener) {
    this.#clients = clients;
    this.#target = target;
    this.#random = random;
    this.#listener = listener;
  }

  /** @returns the connection that carries it now, a new one among them; null: it waits for one */
  dispatch(request: PendingRequest, nowMs: TimeMs): Connection | null {
    if (this.#waiting.length > 0) {
      this.#waiting.push(request);
      return null;
    }
    const connection = this.#tryNow(request, nowMs);
    if (connection === null) this.#waiting.push(request);
    return connection;
  }

  #tryNow(request: PendingRequest, nowMs: TimeMs): Connection | null {
    if (!request.fresh) {
      const idle = this.#takeIdle(nowMs);
      if (idle !== null) {
        this.#start(request, idle, nowMs);
        idle.send(request, this.#isLast(idle.used + 1));
        return idle;
      }
    } else if (this.#open === this.#clients.connectionsEach) {
      const oldest = this.#idle.shift();
      if (oldest !== undefined) this.#drop(oldest);
    }
    if (this.#open >= this.#clients.connectionsEach) return null;
    this.#open += 1;
    const opened = new Connection(this.#target, request, this.#isLast(1), this.#listener);
    this.#start(request, opened, nowMs);
    return opened;
  }

  #start(request: PendingRequest, connection: Connection, nowMs: TimeMs): void {
    request.phase = 'on-connection';
    request.connection = connection;
    request.sentMs = nowMs;
  }

  #isLast(used: number): boolean {
    const { keepAlive, requestsPerConnectionMax } = this.#clients;
    return !keepAlive || used === requestsPerConnectionMax;
  }

  #takeIdle(nowMs: TimeMs): Connection | null {
    this.closeStale(nowMs);
    const { reuse } = this.#clients;
    const { length } = this.#idle;
    if (length === 0) return null;
    if (reuse === 'lifo') return this.#idle.pop() ?? null;
    const position = reuse === 'fifo' ? 0 : this.#random.below(length);
    return this.#idle.splice(position, 1)[0] ?? null;
  }

  /** Closes what has been idle for the client's own idle timeout. */
  closeStale(nowMs: TimeMs): void {
    const { idleTimeoutMs } = this.#clients;
    if (idleTimeoutMs === 0) return;
    for (let oldest = this.#idle[0]; oldest !== undefined; oldest = this.#idle[0]) {
      if (nowMs - oldest.idleSinceMs < idleTimeoutMs) return;
      this.#idle.shift();
      this.#drop(oldest);
    }
  }

  #drop(connection: Connection): void {
    connection.close();
    this.#open -= 1;
  }

  /** A connection has done with its request: it is idle or closed now. */
  released(connection: Connection, nowMs: TimeMs): void {
    if (connection.state === 'idle') {
      connection.idleSinceMs = nowMs;
      this.#idle.push(connection);
    } else this.#open -= 1;
  }

  closedIdle(connection: Connection): void {
    const position = this.#idle.indexOf(connection);
    if (position === -1) throw new Error('a connection that closed was not idle');
    this.#idle.splice(position, 1);
    this.#open -= 1;
  }

  /** Hands waiting requests to connections as far as those go. @returns those that go now */
  serveWaiting(nowMs: TimeMs): readonly PendingRequest[] {
    if (this.#waiting.length === 0) return [];
    const waiting = this.#waiting;
    const sent: PendingRequest[] = [];
    let position = 0;
    for (; position < waiting.length; position++) {
      const request = waiting[position] as PendingRequest;
      // Its deadline passed while it waited.
      if (request.phase !== 'waiting') continue;
      if (this.#tryNow(request, nowMs) === null) break;
      sent.push(request);
    }
    if (position > 0) this.#waiting = waiting.slice(position);
    return sent;
  }
}
