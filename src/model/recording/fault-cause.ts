/**
 * Whether a fault of the scenario is behind a failed request: the rule by which it works, and the line that ordered it.
 * Where a fault only sets off what a rollout would set off as well, a graceful end of a pod, its settings are to blame.
 */
import { MINUTE_MS, SECOND_MS, type TimeMs } from '../../kernel/time.ts';
import type { Cause } from '../../record.ts';
import type { ClusterSpec, Deployment } from '../../scenario/scenario.ts';
import type { FailureEvent } from '../data-plane.ts';
import type { FaultLog, InjectedFault } from '../fault/fault-log.ts';
import type { ServedPod } from '../workload/app-runtime.ts';
import type { ManifestLines } from './manifest-lines.ts';
import type { PodHistories } from './pod-history.ts';

/** R-NOD-2: an outage that is over sooner is never noticed. */
const NOTICED_AFTER_MS = 40 * SECOND_MS;
/** What a fault has taken away is missed for as long as a slow start takes. */
const AFTERMATH_MS = MINUTE_MS;

export interface FaultCauseParts {
  readonly log: FaultLog;
  readonly cluster: ClusterSpec;
  readonly deployment: Deployment | null;
  readonly lines: ManifestLines;
  readonly histories: PodHistories;
}

export class FaultCause {
  readonly #parts: FaultCauseParts;

  constructor(parts: FaultCauseParts) {
    this.#parts = parts;
  }

  /** null: no fault is. */
  of(failure: FailureEvent, served: ServedPod | undefined): Cause | null {
    if (this.#parts.log.isEmpty) return null;
    return (
      this.#nodeDown(failure, served) ??
      (served === undefined ? null : this.#ofPod(failure, served)) ??
      this.#dependency(failure, served)
    );
  }

  /** The same for queues that have grown meanwhile, as long as the fault is fresh. */
  behindQueue(timeMs: TimeMs): Cause | null {
    const fault = this.#parts.log.lastBefore(timeMs);
    return fault === null || timeMs - fault.fromMs > AFTERMATH_MS ? null : this.behindLack(timeMs);
  }

  /** The fault that has taken pods out of service by then: for requests that the others had no room, or no pod, for. */
  behindLack(timeMs: TimeMs): Cause | null {
    const fault = this.#parts.log.lastBefore(timeMs);
    if (fault === null || !isFelt(fault, timeMs)) return null;
    switch (fault.fault.action.kind) {
      case 'drain':
        return { rule: 'R-DRN-1', where: [fault.fault.location] };
      case 'node-down':
        return { rule: nodeRule(fault), where: [fault.fault.location] };
      case 'dependency-outage':
        return this.#readinessCause(fault);
      case 'pod-kill':
        return { rule: 'R-CHX-5', where: [fault.fault.location] };
      case 'pod-failure':
        return { rule: 'R-CHX-6', where: [fault.fault.location] };
      case 'container-kill':
        return { rule: 'R-CHX-7', where: [fault.fault.location] };
    }
  }

  /** The pod's node, or the caller's own, was silent when the request was on its way. */
  #nodeDown(failure: FailureEvent, served: ServedPod | undefined): Cause | null {
    const { mechanism, clientNode } = failure;
    const podNode = served?.pod.nodeName ?? null;
    const ownNode = this.#parts.cluster.nodes[clientNode]?.name ?? null;
    // What starts again on a node that is back listens to nobody yet.
    const nodes =
      mechanism === 'address-gone' ? [podNode, ownNode] : mechanism === 'listener-closed' ? [podNode] : [];
    for (const node of nodes) {
      const fault = node === null ? null : this.#parts.log.last('node-down', node);
      if (fault === null || !isSilent(fault, failure)) continue;
      return { rule: nodeRule(fault), where: [fault.fault.location] };
    }
    return null;
  }

  #ofPod({ mechanism, endedMs }: FailureEvent, { pod, container }: ServedPod): Cause | null {
    const fault = this.#parts.log.ofPod(pod.name);
    if (fault === null || mechanism === 'application-error' || mechanism === 'idle-race') return null;
    if (!isFelt(fault, endedMs)) return null;
    const history = this.#parts.histories.of(pod.name);
    const { action, location } = fault.fault;
    const where = [location];
    if (action.kind === 'pod-kill') {
      if (action.gracePeriodSeconds === 0) return { rule: 'R-POD-23', where };
      const shorter = action.gracePeriodSeconds < pod.template.terminationGracePeriodSeconds;
      const killed = mechanism === 'in-flight-cut' && history.sigkillMs !== null;
      return shorter && killed ? { rule: 'R-CHX-5', where } : null;
    }
    // Once it is being deleted, its end is a pod's ordinary one.
    if (history.terminatingMs !== null) return null;
    if (action.kind === 'pod-failure') {
      const preStop = this.#parts.lines.ofTemplate(pod.template, container.path, '.lifecycle.preStop');
      return { rule: 'R-CHX-6', where: container.preStop === null ? where : [...where, ...preStop] };
    }
    return action.kind === 'container-kill' ? { rule: 'R-CHX-7', where } : null;
  }

  #dependency({ mechanism, endedMs }: FailureEvent, served: ServedPod | undefined): Cause | null {
    const fault = this.#parts.log.last('dependency-outage');
    if (fault === null || !isFelt(fault, endedMs)) return null;
    if (mechanism === 'no-endpoints') return this.#readinessCause(fault);
    if (served === undefined) return null;
    const history = this.#parts.histories.of(served.pod.name);
    // R-APP-8: the kubelet has told a pod that nobody deletes to stop.
    const restarted = history.terminatingMs === null && history.sigtermMs !== null;
    if (!restarted || served.container.livenessProbe === null) return null;
    const { template } = served.pod;
    const probe = this.#parts.lines.ofTemplate(template, served.container.path, '.livenessProbe');
    return { rule: 'R-APP-8', where: [...probe, fault.fault.location] };
  }

  #readinessCause({ fault: { location } }: InjectedFault): Cause {
    const { deployment, lines } = this.#parts;
    const container = deployment?.template.containers.find(
      ({ workload }) => workload.dependencies.length > 0,
    );
    if (deployment === null || container === undefined) return { rule: 'R-APP-6', where: [location] };
    const probe = lines.ofTemplate(deployment.template, container.path, '.readinessProbe');
    return { rule: 'R-APP-6', where: [...probe, location] };
  }
}

/** After a crash the pods' old addresses stay in rotation until the kubelet has spoken. */
function isSilent({ fault: { action }, fromMs, untilMs }: InjectedFault, failure: FailureEvent): boolean {
  const crash = action.kind === 'node-down' && action.effect === 'crash';
  const endMs = untilMs === null ? Number.POSITIVE_INFINITY : untilMs + (crash ? AFTERMATH_MS : 0);
  if (failure.mechanism === 'listener-closed' && !crash) return false;
  return fromMs <= failure.endedMs && failure.sentMs <= endMs;
}

/** R-NOD-10; R-NOD-9 when nobody notices; R-NOD-3: until heartbeats are missed. */
function nodeRule({ fault: { action } }: InjectedFault): string {
  if (action.kind !== 'node-down') throw new Error('only a node that is down has such a rule');
  if (action.effect === 'partition') return 'R-NOD-10';
  return action.durationMs !== null && action.durationMs < NOTICED_AFTER_MS ? 'R-NOD-9' : 'R-NOD-3';
}

/** Under way, or so short ago that what it took away is not all back. */
function isFelt({ fault: { action }, fromMs, untilMs }: InjectedFault, timeMs: TimeMs): boolean {
  const lasts = action.kind !== 'pod-kill' && action.kind !== 'container-kill' && action.kind !== 'drain';
  const endMs = lasts ? (untilMs ?? Number.POSITIVE_INFINITY) : fromMs;
  const lingerMs = action.kind === 'drain' ? 10 * AFTERMATH_MS : AFTERMATH_MS;
  return timeMs >= fromMs && timeMs <= endMs + lingerMs;
}
