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
  readonly ask: () => ProbeAnswer;
  /** Whether `ask` gives the same answer until the worker is woken. */
  readonly steady: () => boolean;
  /** The cached result of the given instance is new or has flipped. */
  readonly changed: (result: ProbeResult, instance: number) => void;
}

export class ProbeWorker {
  readonly #parts: ProbeParts;
  readonly #verdict: ProbeStatechart;
  readonly #ticker: ProbeTicker;
  #asking: EventHandle | null = null;
  /** When it asked last, and how long the answer takes. */
  #askedMs: TimeMs = Number.NEGATIVE_INFINITY;
  #answerMs: DurationMs = 0;
  /** What arrived while the worker was asking: a channel of one. */
  #missed: 'tick' | 'trigger' | null = null;

  constructor(parts: ProbeParts) {
    this.#parts = parts;
    this.#verdict = createProbeStatechart(parts.simulation, { ...parts.probe, kind: parts.kind });
    this.#ticker = new ProbeTicker(parts.simulation, parts.probe.periodSeconds * SECOND_MS, () => {
      if (this.#asking === null) this.#doProbe();
      else this.#missed ??= 'tick';
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
    this.#sleepIfIdle();
  }

  /** R-POD-12: probes at once and restarts the period from now. */
  trigger(): void {
    if (this.#stopped) return;
    this.#wake();
    if (this.#asking !== null) {
      this.#missed ??= 'trigger';
      return;
    }
    this.#ticker.restart(this.#ticker.periodMs);
    this.#doProbe();
  }

  /** Wakes those of `workers` whose ticks may change something again; of two ticks at one instant the one that was due first. */
  static wake(workers: readonly ProbeWorker[]): void {
    if (!workers.some((worker) => worker.#ticker.asleep)) return;
    const due = workers.filter((worker) => worker.#ticker.asleep && !worker.#idle());
    due.sort((a, b) => a.#ticker.lastMs - b.#ticker.lastMs);
    for (const worker of due) worker.#wake();
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
    this.#answerMs = 0;
    if (!ask) return lasting && (events.length === 0 || context.result === 'Failure');
    if (events.length > 0 || !this.#parts.steady()) return false;
    const { success, afterMs } = this.#answer();
    this.#answerMs = afterMs;
    return this.#repeats(success, afterMs);
  }

  /** An answer within the period that only repeats a settled result. */
  #repeats(success: boolean, afterMs: DurationMs): boolean {
    return afterMs < this.#ticker.periodMs && isSettledBy(success, this.#verdict.context);
  }

  #sleepIfIdle(): void {
    if (!this.#stopped && this.#idle()) this.#ticker.sleep();
  }

  #wake(): void {
    if (!this.#ticker.asleep) return;
    const askedMs = Math.max(this.#ticker.wake(), this.#askedMs);
    // The answer to the latest tick may still be on its way.
    const answeredMs = askedMs + this.#answerMs;
    if (answeredMs <= this.#parts.simulation.nowMs) return;
    this.#expect(this.#verdict.context.result === 'Success', answeredMs);
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
    const { events, ask } = this.#decide();
    for (const event of events) this.#send(event);
    if (this.#verdict.status !== 'active') this.stop();
    else if (ask) this.#ask();
    else this.#sleepIfIdle();
  }

  #ask(): void {
    const { simulation, steady } = this.#parts;
    const { success, afterMs } = this.#answer();
    this.#askedMs = simulation.nowMs;
    this.#answerMs = afterMs;
    if (this.#missed === null && steady() && this.#repeats(success, afterMs)) this.#ticker.sleep();
    else this.#expect(success, this.#askedMs + afterMs);
  }

  #answer(): { readonly success: boolean; readonly afterMs: DurationMs } {
    const { ask, probe } = this.#parts;
    const { report, afterMs } = reportOf(ask(), probe.timeoutSeconds * SECOND_MS);
    return { success: judgeReport(report, false).result === 'Success', afterMs };
  }

  #expect(success: boolean, answeredMs: TimeMs): void {
    this.#asking = this.#parts.simulation.at(answeredMs, () => {
      this.#asking = null;
      if (!isSettledBy(success, this.#verdict.context)) this.#send({ type: 'answer', success });
      const missed = this.#missed;
      this.#missed = null;
      if (this.#ticker.stopped) return;
      if (missed === null) {
        this.#sleepIfIdle();
        return;
      }
      if (missed === 'trigger') this.#ticker.restart(this.#ticker.periodMs);
      this.#doProbe();
    });
  }

  #send(event: ProbeEvent): void {
    const before = this.#verdict.context;
    this.#verdict.send(event);
    const { context } = this.#verdict;
    if (context.instance === null || context.result === null) return;
    if (event.type === 'container.new' || context.result !== before.result) {
      this.#parts.changed(context.result, context.instance);
    }
  }
}
