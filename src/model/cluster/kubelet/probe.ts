/**
 * One probe worker: one probe of one container (R-POD-9, R-POD-12). It asks at its own pace, restarts its period when
 * triggered by hand, hands its answers to its statechart, and sleeps while they could only repeat what is settled.
 */
import type { EventHandle } from '../../../kernel/event-queue.ts';
import type { Simulation } from '../../../kernel/simulation.ts';
import { SECOND_MS, type DurationMs, type TimeMs } from '../../../kernel/time.ts';
import type { Probe } from '../../../scenario/scenario.ts';
import type { ProbeAnswer, ProbeKind } from '../container-runtime.ts';
import {
  createProbeStatechart,
  isSettledBy,
  type ProbeEvent,
  type ProbeResult,
  type ProbeStatechart,
} from '../probe.machine.ts';
import { decideTick, judgeReport, reportOf, type ProbeView, type TickDecision } from './probe-tick.ts';
import { ProbeTicker } from './probe-ticker.ts';

export interface ProbeParts {
  readonly simulation: Simulation;
  readonly kind: ProbeKind;
  readonly probe: Probe;
  /** What the status cache shows now; null: nothing. */
  readonly view: () => ProbeView | null;
  /** Asking changes nothing. */
  readonly ask: (kind: ProbeKind, probe: Probe) => ProbeAnswer;
  /** Whether `ask` gives the same answer until the worker is woken. */
  readonly steady: () => boolean;
  /** The cached result of the given instance is new or has flipped. */
  readonly changed: (kind: ProbeKind, result: ProbeResult, instance: number) => void;
}

export class ProbeWorker {
  readonly #parts: ProbeParts;
  readonly #verdict: ProbeStatechart;
  readonly #ticker: ProbeTicker;
  #asking: EventHandle | null = null;
  /** From a tick until its answer has had all its effects, among which there may be a trigger. */
  #busy = false;
  /** When it asked last, and when that is answered. */
  #askedMs: TimeMs = Number.NEGATIVE_INFINITY;
  #answeredMs: TimeMs = Number.NEGATIVE_INFINITY;
  /** While it sleeps: how long the answer to each tick takes. */
  #answerMs: DurationMs = 0;
  /** What arrived while the worker was busy: a channel of one. */
  #missed: 'tick' | 'trigger' | null = null;

  constructor(parts: ProbeParts) {
    this.#parts = parts;
    this.#verdict = createProbeStatechart(parts.simulation, { ...parts.probe, kind: parts.kind });
    this.#ticker = new ProbeTicker(parts.simulation, parts.probe.periodSeconds * SECOND_MS, () => {
      if (this.#busy) this.#missed ??= 'tick';
      else this.#doProbe();
    });
  }

  get kind(): ProbeKind {
    return this.#parts.kind;
  }

  /** The cached result of one instance; `pending` until the worker has seen it. */
  resultOf(instance: number): ProbeResult | 'pending' {
    const { context } = this.#verdict;
    return context.instance === instance && context.result !== null ? context.result : 'pending';
  }

  /** Probes at once, then every period. */
  start(): void {
    this.#ticker.restart(this.#ticker.periodMs);
    this.#doProbe();
  }

  /** Takes over a container whose probes have succeeded long ago; the next tick comes after `phaseMs`. */
  adopt(instance: number, phaseMs: DurationMs): void {
    this.#verdict.send({ type: 'container.new', instance });
    const { successThreshold } = this.#parts.probe;
    for (let i = 0; i < successThreshold; i++) this.#verdict.send({ type: 'answer', success: true });
    this.#ticker.restart(phaseMs);
    this.#askedMs = this.#parts.simulation.nowMs;
    this.#sleepIfIdle();
  }

  /** R-POD-12: probes at once and restarts the period from now. */
  trigger(): void {
    if (this.#stopped) return;
    if (this.#ticker.asleep) this.#wake();
    if (this.#busy) {
      this.#missed ??= 'trigger';
      return;
    }
    this.#ticker.restart(this.#ticker.periodMs);
    this.#doProbe();
  }

  /** Goes on ticking if a tick may change something again. */
  wake(): void {
    if (this.#ticker.asleep && !this.#idle()) this.#wake();
  }

  stop(): void {
    if (this.#asking !== null) this.#parts.simulation.cancel(this.#asking);
    this.#asking = null;
    this.#ticker.stop();
    this.#verdict.stop();
  }

  get #stopped(): boolean {
    return this.#verdict.status !== 'active' || this.#ticker.stopped;
  }

  /** Whether every tick from now on would change nothing until someone calls `wake`. */
  #idle(): boolean {
    const { context } = this.#verdict;
    const { events, ask, lasting } = this.#decide();
    if (!ask) return lasting && (events.length === 0 || context.result === 'Failure') && this.#sleepsWith(0);
    if (events.length > 0 || !this.#parts.steady()) return false;
    const { success, afterMs } = this.#answer();
    return this.#repeats(success, afterMs) && this.#sleepsWith(afterMs);
  }

  /** Ticks from now on are answered after `answerMs`; those before were as they were. */
  #sleepsWith(answerMs: DurationMs): true {
    this.#noteTicks();
    this.#answerMs = answerMs;
    return true;
  }

  /** What was asked, and when it was answered, at the latest tick that has passed in sleep. */
  #noteTicks(): void {
    if (!this.#ticker.asleep || this.#ticker.sinceMs <= this.#askedMs) return;
    this.#askedMs = this.#ticker.sinceMs;
    this.#answeredMs = this.#askedMs + this.#answerMs;
  }

  /** An answer within the period that only repeats a settled result. */
  #repeats(success: boolean, afterMs: DurationMs): boolean {
    return afterMs < this.#ticker.periodMs && isSettledBy(success, this.#verdict.context);
  }

  #sleepIfIdle(): void {
    if (!this.#stopped && this.#idle()) this.#ticker.sleep();
  }

  #wake(): void {
    this.#noteTicks();
    this.#ticker.wake();
    // The answer to the latest tick, as it was then, may still be on its way.
    if (this.#answeredMs > this.#parts.simulation.nowMs) {
      this.#expect(this.#verdict.context.result === 'Success');
    }
  }

  #decide(): TickDecision {
    const { context, value } = this.#verdict;
    const { probe, kind } = this.#parts;
    const { instance } = context;
    const { initialDelaySeconds } = probe;
    return decideTick(
      { kind, initialDelaySeconds, instance, onHold: value === 'onHold' },
      this.#parts.view(),
    );
  }

  #doProbe(): void {
    this.#busy = true;
    const { events, ask } = this.#decide();
    for (const event of events) this.#send(event);
    if (this.#verdict.status !== 'active') this.stop();
    else if (ask) this.#ask();
    else this.#finish();
  }

  #ask(): void {
    const { simulation, steady } = this.#parts;
    const { success, afterMs } = this.#answer();
    this.#askedMs = simulation.nowMs;
    this.#answeredMs = this.#askedMs + afterMs;
    this.#answerMs = afterMs;
    if (this.#missed !== null || !steady() || !this.#repeats(success, afterMs)) {
      this.#expect(success);
      return;
    }
    this.#busy = false;
    this.#ticker.sleep();
  }

  #answer(): { readonly success: boolean; readonly afterMs: DurationMs } {
    const { ask, kind, probe } = this.#parts;
    const { report, afterMs } = reportOf(ask(kind, probe), probe.timeoutSeconds * SECOND_MS);
    return { success: judgeReport(report, false).result === 'Success', afterMs };
  }

  #expect(success: boolean): void {
    this.#busy = true;
    this.#asking = this.#parts.simulation.at(this.#answeredMs, () => {
      this.#asking = null;
      if (!isSettledBy(success, this.#verdict.context)) this.#send({ type: 'answer', success });
      this.#finish();
    });
  }

  #finish(): void {
    const missed = this.#missed;
    this.#busy = false;
    this.#missed = null;
    if (this.#ticker.stopped) return;
    if (missed === null) {
      this.#sleepIfIdle();
      return;
    }
    if (missed === 'trigger') this.#ticker.restart(this.#ticker.periodMs);
    this.#doProbe();
  }

  #send(event: ProbeEvent): void {
    const before = this.#verdict.context;
    this.#verdict.send(event);
    const { context } = this.#verdict;
    if (context.instance === null || context.result === null) return;
    if (event.type === 'container.new' || context.result !== before.result) {
      this.#parts.changed(this.kind, context.result, context.instance);
    }
  }
}
