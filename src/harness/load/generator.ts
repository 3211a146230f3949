/**
 * The load itself: offers requests when they are due, whatever became of those before (an open loop), or for users that
 * wait for their answers (a closed one), and follows each through its attempts to its end.
 */
import { RandomStreams, type RandomStream } from '../../kernel/random.ts';
import type { TimeMs } from '../../kernel/time.ts';
import type { FailureClass, Outcome } from '../../record.ts';
import { retryBackoffMs, RETRIED_AS } from '../../retry.ts';
import type { Clients } from '../../scenario/scenario.ts';
import type { LoadPlan } from '../load.ts';
import type { Answer } from './answer-reader.ts';
import { ClientPool } from './client-pool.ts';
import type { Connection, ConnectionListener } from './connection.ts';
import { Deadlines } from './deadlines.ts';
import type { GeneratorMessage, LoadProgress } from './load-events.ts';
import { PodNames } from './pod-names.ts';
import type { PendingRequest } from './pending-request.ts';
import { afterReading } from './read-first.ts';
import { RequestSource } from './request-source.ts';
import { RequestWriter } from './request-columns.ts';
import { outcomeOfDeadline, outcomeOfStatus } from './socket-outcome.ts';
import { targetOf } from './target.ts';

/** How long a check of deadlines may wait when nothing is due. */
const TICK_MS_MAX = 5;
const STALE_EVERY_MS = 50;
/** A generator that is killed loses this much at most. */
const BLOCK_EVERY_MS = 250;
const BLOCK_ROWS = 32_768;
/** Beyond a request's own limits, for what is still on its way. */
const LAST_MS = 1000;

export class Generator {
  readonly #clients: Clients;
  readonly #tell: (message: GeneratorMessage) => void;
  /** Between the process's own clock, which nobody sets, and the scenario's. */
  readonly #zeroMs: number;
  readonly #pools: readonly ClientPool[];
  readonly #source: RequestSource;
  readonly #attempts: Deadlines<PendingRequest>;
  readonly #connects: Deadlines<Connection>;
  readonly #backoffRandom: RandomStream;
  readonly #writer = new RequestWriter(BLOCK_ROWS);
  readonly #pods = new PodNames();
  #pending = 0;
  #cpuAtStart = process.cpuUsage();
  #blockDueMs = 0;
  #staleDueMs = 0;
  #lastMs = Number.POSITIVE_INFINITY;
  #over = false;

  constructor(plan: LoadPlan, tell: (message: GeneratorMessage) => void) {
    const { clients } = plan.traffic;
    const streams = new RandomStreams(plan.seed);
    this.#clients = clients;
    this.#tell = tell;
    this.#zeroMs = plan.zeroEpochMs - (Date.now() - performance.now());
    this.#backoffRandom = streams.stream('retry-backoff');
    const random = streams.stream('connection-choice');
    const listener = this.#listener();
    this.#pools = Array.from(
      { length: clients.count },
      (_, client) => new ClientPool(clients, targetOf(client, plan.entrances, clients), random, listener),
    );
    this.#attempts = new Deadlines({
      afterMs: clients.timeoutMs,
      settled: ({ phase }) => phase === 'ended',
      passed: (request, nowMs) => {
        this.#deadlinePassed(request, nowMs);
      },
    });
    this.#connects = new Deadlines({
      afterMs: clients.connectTimeoutMs,
      settled: ({ state }) => state !== 'connecting',
      passed: (connection, nowMs) => {
        this.#cut(connection, nowMs);
      },
    });
    this.#source = new RequestSource(plan, streams, (client, user, dueMs) => {
      this.#offer(client, user, dueMs);
    });
  }

  run(): void {
    this.#cpuAtStart = process.cpuUsage();
    this.#source.start(this.#nowMs());
    this.#tick();
  }

  /** Offers nothing more; what is under way still ends. */
  stop(): void {
    this.#source.stop();
  }

  #nowMs(): TimeMs {
    return performance.now() - this.#zeroMs;
  }

  #tick(): void {
    if (this.#over) return;
    const nowMs = this.#nowMs();
    this.#attempts.check(nowMs);
    this.#connects.check(nowMs);
    this.#source.offerDue(nowMs);
    if (nowMs >= this.#staleDueMs) {
      this.#staleDueMs = nowMs + STALE_EVERY_MS;
      for (const pool of this.#pools) pool.closeStale(nowMs);
    }
    if (nowMs >= this.#blockDueMs || this.#writer.full) this.#flush(nowMs);
    if (this.#source.over && this.#endsNow(nowMs)) {
      this.#finish(nowMs);
      return;
    }
    const waitMs = Math.min(TICK_MS_MAX, this.#source.nextMs - this.#nowMs());
    afterReading(Math.max(1, waitMs), () => {
      this.#tick();
    });
  }

  /** Once nothing is offered any more, requests get the time that their own limits give them. */
  #endsNow(nowMs: TimeMs): boolean {
    if (this.#pending === 0) return true;
    if (this.#lastMs === Number.POSITIVE_INFINITY) {
      const { timeoutMs, retries } = this.#clients;
      this.#lastMs = nowMs + (timeoutMs + retries.backoff.capMs) * (retries.max + 1) + LAST_MS;
    }
    return nowMs >= this.#lastMs;
  }

  #offer(client: number, user: number, arrivedMs: TimeMs): void {
    this.#pending += 1;
    const request: PendingRequest = {
      client,
      user,
      arrivedMs,
      sentMs: arrivedMs,
      deadlineMs: arrivedMs + this.#clients.timeoutMs,
      attempts: 1,
      fresh: false,
      phase: 'waiting',
      connection: null,
    };
    this.#attempts.begin(request, arrivedMs);
    this.#dispatch(request, this.#nowMs());
  }

  #dispatch(request: PendingRequest, nowMs: TimeMs): void {
    const connection = this.#poolOf(request.client).dispatch(request, nowMs);
    if (connection?.state === 'connecting') this.#connects.begin(connection, nowMs);
  }

  #poolOf(client: number): ClientPool {
    const pool = this.#pools[client];
    if (pool === undefined) throw new Error(`there is no client ${client}`);
    return pool;
  }

  #listener(): ConnectionListener {
    return {
      answered: (connection, request, answer) => {
        this.#answered(connection, request, answer);
      },
      failed: (connection, request, outcome) => {
        this.#release(connection, request, this.#nowMs());
        this.#attemptFailed(request, connection, outcome, this.#nowMs());
        this.#serveWaiting(request.client, this.#nowMs());
      },
      closedIdle: (connection) => {
        this.#poolOf(connection.request.client).closedIdle(connection);
      },
      broken: (error) => {
        throw error;
      },
    };
  }

  #answered(connection: Connection, request: PendingRequest, answer: Answer): void {
    const nowMs = this.#nowMs();
    if (connection.pod === 0 && answer.pod !== null) connection.pod = this.#pods.positionOf(answer.pod);
    this.#release(connection, request, nowMs);
    const outcome = outcomeOfStatus(answer.status, answer.pod !== null);
    if (outcome === 'ok') this.#end(request, connection, outcome, nowMs);
    else this.#attemptFailed(request, connection, outcome, nowMs);
    this.#serveWaiting(request.client, nowMs);
  }

  #release(connection: Connection, request: PendingRequest, nowMs: TimeMs): void {
    request.connection = null;
    this.#poolOf(request.client).released(connection, nowMs);
  }

  #serveWaiting(client: number, nowMs: TimeMs): void {
    for (const { connection } of this.#poolOf(client).serveWaiting(nowMs))
      if (connection?.state === 'connecting') this.#connects.begin(connection, nowMs);
  }

  #deadlinePassed(request: PendingRequest, nowMs: TimeMs): void {
    // An entry of an attempt before the present one comes too early.
    if (nowMs < request.deadlineMs) return;
    if (request.phase === 'waiting') this.#attemptFailed(request, null, 'request-timeout', nowMs);
    else if (request.phase === 'on-connection' && request.connection !== null)
      this.#cut(request.connection, nowMs);
  }

  /** Our patience with this connection's request has ended (R-CLI-6). */
  #cut(connection: Connection, nowMs: TimeMs): void {
    const { request } = connection;
    const outcome = outcomeOfDeadline(connection.state === 'connecting' ? 'connecting' : 'sent');
    connection.close();
    this.#release(connection, request, nowMs);
    this.#attemptFailed(request, connection, outcome, nowMs);
    this.#serveWaiting(request.client, nowMs);
  }

  /** Tries again (R-CLI-7), or that was it. @param connection null: it never got one */
  #attemptFailed(
    request: PendingRequest,
    connection: Connection | null,
    outcome: FailureClass,
    nowMs: TimeMs,
  ): void {
    const { retries, timeoutMs } = this.#clients;
    const kind = RETRIED_AS[outcome];
    if (request.attempts > retries.max || !retries.on.includes(kind)) {
      this.#end(request, connection, outcome, nowMs);
      return;
    }
    request.phase = 'parked';
    request.fresh = kind === 'connect' || kind === 'reset';
    afterReading(retryBackoffMs(retries.backoff, request.attempts, this.#backoffRandom), () => {
      const againMs = this.#nowMs();
      request.attempts += 1;
      request.phase = 'waiting';
      request.deadlineMs = againMs + timeoutMs;
      this.#attempts.begin(request, againMs);
      this.#dispatch(request, againMs);
    });
  }

  #end(request: PendingRequest, connection: Connection | null, outcome: Outcome, endedMs: TimeMs): void {
    request.phase = 'ended';
    if (this.#writer.full) this.#flush(endedMs);
    this.#pending -= 1;
    this.#writer.write({
      arrivedMs: request.arrivedMs,
      sentMs: connection === null ? endedMs : request.sentMs,
      endedMs,
      outcome,
      reused: connection !== null && connection.used > 1,
      attempts: request.attempts,
      client: request.client,
      pod: connection?.pod ?? 0,
    });
    if (request.user >= 0) this.#source.userThinks(request.user, endedMs);
  }

  #flush(nowMs: TimeMs): void {
    this.#blockDueMs = nowMs + BLOCK_EVERY_MS;
    const block = this.#writer.take();
    if (block === null) return;
    const progress = this.#progress(this.#source.lagP99MsSoFar);
    this.#tell({ kind: 'block', block, newPods: this.#pods.takeNew(), progress });
  }

  #progress(lagP99Ms: readonly number[]): LoadProgress {
    const { user, system } = process.cpuUsage(this.#cpuAtStart);
    return {
      offered: this.#source.offered,
      inFlight: this.#pending,
      lagP99Ms,
      cpuMs: (user + system) / 1000,
    };
  }

  #finish(nowMs: TimeMs): void {
    this.#over = true;
    this.#flush(nowMs);
    this.#tell({ kind: 'finished', ...this.#progress(this.#source.lagP99Ms()) });
  }
}
