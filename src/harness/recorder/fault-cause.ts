/** Whether an injected fault explains a failed request: it was under way, and it fails requests in that manner. */
import { SECOND_MS, type TimeMs } from '../../kernel/time.ts';
import type { Cause, FailureClass } from '../../record.ts';
import type { FaultAction } from '../../scenario/fault.ts';
import type { InjectedFault } from '../chaos/fault-log.ts';
import type { FailedMeasurement } from './traffic-recorder.ts';

/** What a fault broke works again this long after it, at the latest: the kubelet has spoken, containers have booted. */
const AFTERMATH_MS = 10 * SECOND_MS;
/** Heartbeats are missed after 40 s at the earliest (R-NOD-2). */
const NOTICED_AFTER_MS = 40 * SECOND_MS;

const SILENCE: ReadonlySet<FailureClass> = new Set(['connect-timeout', 'request-timeout', 'unreachable']);
const BROKEN: ReadonlySet<FailureClass> = new Set(['reset', 'eof', 'refused']);

/** The last fault that explains it; null: none does. */
export function causeOfFault(request: FailedMeasurement, faults: readonly InjectedFault[]): Cause | null {
  for (const injected of faults.toReversed()) {
    const rule = explains(injected, request) ? ruleOf(injected.fault.action) : null;
    if (rule !== null) return { rule, where: [injected.fault.location] };
  }
  return null;
}

function explains(injected: InjectedFault, request: FailedMeasurement): boolean {
  const { fromMs, fault } = injected;
  const { outcome, sentMs, endedMs, pod } = request;
  if (endedMs < fromMs || sentMs > endOf(injected)) return false;
  switch (fault.action.kind) {
    case 'node-down':
      return SILENCE.has(outcome) || BROKEN.has(outcome);
    case 'pod-kill':
      // A pod that is given time ends like any deleted one, and its end explains what fails.
      return fault.action.gracePeriodSeconds === 0 && BROKEN.has(outcome) && isHit(injected, pod);
    case 'pod-failure':
    case 'container-kill':
      return BROKEN.has(outcome) && isHit(injected, pod);
    case 'dependency-outage':
      return (outcome === 'refused' || outcome === 'connect-timeout') && pod === null;
    case 'drain':
      return false;
  }
}

/** A refused connection has no pod to show: within the fault's time it is taken to be one that was hit. */
function isHit({ pods }: InjectedFault, pod: string | null): boolean {
  return pods.length > 0 && (pod === null || pods.includes(pod));
}

function endOf({ fault: { action }, fromMs, untilMs }: InjectedFault): TimeMs {
  const lasting =
    action.kind === 'node-down' || action.kind === 'pod-failure' || action.kind === 'dependency-outage';
  return (lasting ? (untilMs ?? Number.POSITIVE_INFINITY) : fromMs) + AFTERMATH_MS;
}

function ruleOf(action: FaultAction): string | null {
  switch (action.kind) {
    case 'node-down':
      if (action.effect === 'partition') return 'R-NOD-10';
      return action.durationMs !== null && action.durationMs < NOTICED_AFTER_MS ? 'R-NOD-9' : 'R-NOD-3';
    case 'pod-kill':
      return 'R-POD-23';
    case 'pod-failure':
      return 'R-CHX-6';
    case 'container-kill':
      return 'R-CHX-7';
    case 'dependency-outage':
      return 'R-APP-6';
    case 'drain':
      return null;
  }
}
