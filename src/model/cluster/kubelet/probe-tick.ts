/**
 * What one tick of a probe worker amounts to, given what the kubelet's status cache says (R-POD-9, 10, 11, 19):
 * the events for the worker's statechart and whether the application is asked at all.
 */
import type { ProbeAnswer, ProbeKind } from '../container-runtime.ts';
import type { PodPhase } from '../objects.ts';
import type { ProbeEvent, ProbeResult } from '../probe.machine.ts';

/** One container as the status cache shows it. */
export interface ProbedContainer {
  /** Ordinal of its current or last process. */
  readonly instance: number;
  readonly state: 'waiting' | 'running' | 'terminated';
  /** How long it has been running; whatever when it is not. */
  readonly runningSeconds: number;
  /** R-POD-11. */
  readonly started: boolean;
  /** Whether it can run again after it ended: a sidecar, or a restartPolicy other than Never. */
  readonly restartable: boolean;
}

export interface ProbeView {
  readonly podPhase: PodPhase;
  readonly terminating: boolean;
  /** null: it has not been created yet. */
  readonly container: ProbedContainer | null;
}

export interface ProbeWorkerState {
  readonly kind: ProbeKind;
  readonly initialDelaySeconds: number;
  readonly instance: number | null;
  readonly onHold: boolean;
}

export interface TickDecision {
  readonly events: readonly ProbeEvent[];
  readonly ask: boolean;
  /** Whether the next tick decides the same unless more than the time changes. */
  readonly lasting: boolean;
}

const NOTHING: TickDecision = { events: [], ask: false, lasting: true };
const NOT_YET: TickDecision = { events: [], ask: false, lasting: false };
const ASK: TickDecision = { events: [], ask: true, lasting: true };
const DOWN: TickDecision = { events: [{ type: 'container.down' }], ask: false, lasting: true };
const ENDED: TickDecision = { events: [{ type: 'container.ended' }], ask: false, lasting: false };
const TERMINATING: TickDecision = { events: [{ type: 'pod.terminating' }], ask: false, lasting: false };
const FINISHED: TickDecision = { events: [{ type: 'pod.finished' }], ask: false, lasting: false };

/** @param view null: the status cache does not know the pod yet, or no longer */
export function decideTick(worker: ProbeWorkerState, view: ProbeView | null): TickDecision {
  if (view === null) return NOTHING;
  if (view.podPhase === 'Failed' || view.podPhase === 'Succeeded') return FINISHED;
  const { container } = view;
  if (container === null) return NOTHING;
  const known = container.instance === worker.instance;
  if (known && worker.onHold) return NOTHING;
  const rest = decideKnown(worker, view, container);
  if (known) return rest;
  const events = [{ type: 'container.new', instance: container.instance } as const, ...rest.events];
  return { events, ask: rest.ask, lasting: false };
}

function decideKnown(worker: ProbeWorkerState, view: ProbeView, container: ProbedContainer): TickDecision {
  if (container.state !== 'running') {
    const ended = container.state === 'terminated' && !container.restartable;
    return ended ? ENDED : DOWN;
  }
  const startup = worker.kind === 'startup';
  if (view.terminating && worker.kind !== 'readiness') return TERMINATING;
  if (Math.floor(container.runningSeconds) < worker.initialDelaySeconds) return NOT_YET;
  return container.started === startup ? NOTHING : ASK;
}

/** What a handler reported; null: there is no probe, hence nothing to fail. */
export type HandlerReport = 'Success' | 'Warning' | 'Failure' | 'Unknown';

/** The verdict on one report; an error is thrown away by the worker (R-POD-8). */
export function judgeReport(
  report: HandlerReport | null,
  failed: boolean,
): { readonly result: ProbeResult; readonly error: boolean } {
  if (failed) return { result: 'Failure', error: true };
  if (report === null) return { result: 'Success', error: false };
  return { result: report === 'Success' || report === 'Warning' ? 'Success' : 'Failure', error: false };
}

/** R-POD-8: an answer after the timeout is a failure, known when the timeout ends. */
export function reportOf(
  answer: ProbeAnswer,
  timeoutMs: number,
): { readonly report: HandlerReport; readonly afterMs: number } {
  if (answer.latencyMs > timeoutMs) return { report: 'Failure', afterMs: timeoutMs };
  return { report: answer.success ? 'Success' : 'Failure', afterMs: answer.latencyMs };
}
