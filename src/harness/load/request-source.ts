/** Who asks, and when: an open loop's clients by its arrival times, or a closed loop's users when they have thought. */
import { compileDistribution, type Distribution } from '../../kernel/distribution.ts';
import type { RandomStream, RandomStreams } from '../../kernel/random.ts';
import type { TimeMs } from '../../kernel/time.ts';
import type { LoadPlan } from '../load.ts';
import { ArrivalTimes } from './arrival-times.ts';
import { LagMeter } from './lag-meter.ts';
import { afterReading } from './read-first.ts';

/** The memory of the machine that generates load is bounded too. */
const REQUESTS_MAX = 20_000_000;

export class RequestSource {
  readonly #plan: LoadPlan;
  readonly #streams: RandomStreams;
  readonly #offer: (client: number, user: number, dueMs: TimeMs) => void;
  readonly #clientRandom: RandomStream;
  readonly #thinkRandom: RandomStream;
  readonly #thinkTime: Distribution | null;
  readonly #lag: LagMeter;
  #arrivals: ArrivalTimes | null = null;
  #stopped = false;
  #ended = false;
  offered = 0;

  constructor(
    plan: LoadPlan,
    streams: RandomStreams,
    offer: (client: number, user: number, dueMs: TimeMs) => void,
  ) {
    const { closed } = plan.traffic;
    this.#plan = plan;
    this.#streams = streams;
    this.#offer = offer;
    this.#clientRandom = streams.stream('client');
    this.#thinkRandom = streams.stream('think-time');
    this.#thinkTime = closed === null ? null : compileDistribution(closed.thinkTime);
    this.#lag = new LagMeter(plan.startMs);
  }

  /** Whether nothing more will be offered. */
  get over(): boolean {
    return this.#stopped || this.#ended;
  }

  /** When it has to be asked again at the latest. */
  get nextMs(): TimeMs {
    return this.#arrivals?.nextMs ?? Number.POSITIVE_INFINITY;
  }

  start(nowMs: TimeMs): void {
    const { traffic, startMs, endMs } = this.#plan;
    // What was due before the generator was there is not made up for in one heap.
    const fromMs = Math.max(startMs, nowMs);
    if (traffic.closed === null) {
      this.#arrivals = new ArrivalTimes(traffic, this.#streams.stream('arrivals'), fromMs, endMs);
      return;
    }
    for (let user = 0; user < traffic.closed.users; user++) this.#think(user, fromMs, nowMs);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Offers everything that is due by now. */
  offerDue(nowMs: TimeMs): void {
    const arrivals = this.#arrivals;
    if (arrivals !== null) {
      while (!this.#stopped && arrivals.nextMs <= nowMs) {
        const dueMs = arrivals.nextMs;
        arrivals.advance();
        this.#ask(this.#clientRandom.below(this.#plan.traffic.clients.count), -1, dueMs, nowMs);
      }
    }
    if (nowMs >= this.#plan.endMs || (arrivals !== null && arrivals.nextMs === Infinity)) this.#ended = true;
  }

  /** A user has the answer, or knows that there is none. */
  userThinks(user: number, nowMs: TimeMs): void {
    this.#think(user, nowMs, nowMs);
  }

  #think(user: number, fromMs: TimeMs, nowMs: TimeMs): void {
    if (this.#thinkTime === null || this.over) return;
    const dueMs = fromMs + this.#thinkTime.sample(this.#thinkRandom);
    if (dueMs >= this.#plan.endMs) return;
    const askedMs = performance.now();
    afterReading(Math.max(0, dueMs - nowMs), () => {
      const { count } = this.#plan.traffic.clients;
      if (!this.over) this.#ask(user % count, user, dueMs, nowMs + performance.now() - askedMs);
    });
  }

  #ask(client: number, user: number, dueMs: TimeMs, nowMs: TimeMs): void {
    if (this.offered === REQUESTS_MAX) throw new Error(`more than ${REQUESTS_MAX} requests in one run`);
    this.offered += 1;
    this.#lag.note(dueMs, nowMs);
    this.#offer(client, user, dueMs);
  }

  /** Of the seconds that are over. */
  get lagP99MsSoFar(): readonly number[] {
    return this.#lag.p99Ms;
  }

  lagP99Ms(): readonly number[] {
    return this.#lag.finish();
  }
}
