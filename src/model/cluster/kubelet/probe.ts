/**
 * One probe worker: the ticker of one probe of one container (R-POD-9, R-POD-12). It asks at its own pace, restarts its
 * period when triggered by hand, and hands every answer to its statechart.
 */
import type { EventHandle } from '../../../kernel/event-queue.ts';
import type { Simulation } from '../../../kernel/simulation.ts';
import { SECOND_MS, type DurationMs } from '../../../kernel/time.ts';
import type { Probe } from '../../../scenario/scenario.ts';
import type { ProbeAnswer, ProbeKind } from '../container-runtime.ts';
import {
  createProbeStatechart,
  isSettledBy,
  type ProbeEvent,
  type ProbeResult,
  type ProbeStatechart,
} from '../probe.machine.ts';
import { decideTick, judgeReport, reportOf, type ProbeView } from './probe-tick.ts';

export interface ProbeParts {
  readonly simulation: Simulation;
  readonly kind: ProbeKind;
  readonly probe: Probe;
  /** What the status cache shows now; null: nothing. */
  readonly view: () => ProbeView | null;
  readonly ask: () => ProbeAnswer;
  /** The cached result of the given instance is new or has flipped. */
  readonly changed: (result: ProbeResult, instance: number) => void;
}

export class ProbeWorker {
  readonly #parts: ProbeParts;
  readonly #verdict: ProbeStatechart;
  readonly #periodMs: DurationMs;
  #ticker: EventHandle | null = null;
  #asking: EventHandle | null = null;
  /** What arrived while the worker was asking: a channel of one. */
  #missed: 'tick' | 'trigger' | null = null;

  constructor(parts: ProbeParts) {
    this.#parts = parts;
    this.#periodMs = parts.probe.periodSeconds * SECOND_MS;
    this.#verdict = createProbeStatechart(parts.simulation, { ...parts.probe, kind: parts.kind });
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
    this.#restartTicker(this.#periodMs);
    this.#doProbe();
  }

  /** Takes over a container whose probes have succeeded long ago; the next tick comes after `phaseMs`. */
  adopt(instance: number, phaseMs: DurationMs): void {
    this.#verdict.send({ type: 'container.new', instance });
    const { successThreshold } = this.#parts.probe;
    for (let i = 0; i < successThreshold; i++) this.#verdict.send({ type: 'answer', success: true });
    this.#restartTicker(phaseMs);
  }

  /** R-POD-12: probes at once and restarts the period from now. */
  trigger(): void {
    if (this.#stopped) return;
    if (this.#asking !== null) {
      this.#missed ??= 'trigger';
      return;
    }
    this.#restartTicker(this.#periodMs);
    this.#doProbe();
  }

  stop(): void {
    const { simulation } = this.#parts;
    if (this.#ticker !== null) simulation.cancel(this.#ticker);
    if (this.#asking !== null) simulation.cancel(this.#asking);
    this.#ticker = null;
    this.#asking = null;
    this.#verdict.stop();
  }

  get #stopped(): boolean {
    return this.#verdict.status !== 'active' || this.#ticker === null;
  }

  #restartTicker(delayMs: DurationMs): void {
    if (this.#ticker !== null) this.#parts.simulation.cancel(this.#ticker);
    this.#ticker = this.#parts.simulation.after(delayMs, () => {
      this.#restartTicker(this.#periodMs);
      if (this.#asking === null) this.#doProbe();
      else this.#missed ??= 'tick';
    });
  }

  #doProbe(): void {
    const { context, value } = this.#verdict;
    const { probe, kind } = this.#parts;
    const worker = {
      kind,
      initialDelaySeconds: probe.initialDelaySeconds,
      instance: context.instance,
      onHold: value === 'onHold',
    };
    const { events, ask } = decideTick(worker, this.#parts.view());
    for (const event of events) this.#send(event);
    if (this.#verdict.status !== 'active') this.stop();
    else if (ask) this.#ask();
  }

  #ask(): void {
    const { probe, simulation } = this.#parts;
    const { report, afterMs } = reportOf(this.#parts.ask(), probe.timeoutSeconds * SECOND_MS);
    const success = judgeReport(report, false).result === 'Success';
    this.#asking = simulation.after(afterMs, () => {
      this.#asking = null;
      if (!isSettledBy(success, this.#verdict.context)) this.#send({ type: 'answer', success });
      const missed = this.#missed;
      this.#missed = null;
      if (this.#ticker === null || missed === null) return;
      if (missed === 'trigger') this.#restartTicker(this.#periodMs);
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
