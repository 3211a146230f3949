/**
 * Finds the cause of a failed request: from what the traffic engine saw (a mechanism) and what had happened to
 * the pod, to the rule that explains it and the manifest lines behind it.
 */
import type { Cause } from '../../record.ts';
import type { SourceLocation } from '../../scenario/diagnostic.ts';
import type { Deployment, Scenario, Service } from '../../scenario/scenario.ts';
import type { FailureEvent } from '../data-plane.ts';
import type { ServedPod } from '../workload/app-runtime.ts';
import type { FaultCause } from './fault-cause.ts';
import type { LoadShare } from './load-share.ts';
import type { ManifestLines } from './manifest-lines.ts';
import { signalledByHook, type PodHistories, type PodHistory } from './pod-history.ts';

/** From this utilisation on, lack of capacity is blamed before an uneven spread. */
const SATURATED = 0.95;

const NOWHERE: readonly SourceLocation[] = [];

export interface AttributionParts {
  readonly scenario: Scenario;
  readonly service: Service | null;
  /** The Deployment whose pods the Service selects. */
  readonly deployment: Deployment | null;
  readonly lines: ManifestLines;
  readonly histories: PodHistories;
  readonly servedPodAt: (index: number) => ServedPod | undefined;
  readonly load: LoadShare;
  /** null: the scenario has none. */
  readonly faults?: FaultCause | null;
}

export class Attribution {
  readonly #parts: AttributionParts;
  /** The cause that most failures share where there is any: to look it up for each would take longer than to find it. */
  #affinity: Cause | null = null;

  constructor(parts: AttributionParts) {
    this.#parts = parts;
  }

  causeOf(failure: FailureEvent): Cause {
    const served = this.#parts.servedPodAt(failure.pod);
    const broken = this.#parts.faults?.of(failure, served) ?? null;
    if (broken !== null) return broken;
    switch (failure.mechanism) {
      case 'no-endpoints':
        return this.#noEndpoints(failure);
      case 'application-error':
        return { rule: 'R-SRV-11', where: this.#workloadLines(served, 'errorRate') };
      case 'idle-race':
        return { rule: 'R-CLI-5', where: this.#workloadLines(served, 'keepAliveTimeout') };
      case 'deadline':
      case 'overflow':
        return this.#overload(failure, served);
      default:
        return served === undefined
          ? { rule: 'R-CLI-6', where: NOWHERE }
          : this.#stoppedServer(failure, served);
    }
  }

  /** The pod's server had stopped, or had never started, while somebody still sent to it. */
  #stoppedServer(failure: FailureEvent, served: ServedPod): Cause {
    const { histories, lines } = this.#parts;
    const history = histories.of(served.pod.name);
    const { template } = served.pod;
    const { path, preStop } = served.container;
    if (history.listenerOpenMs === null) return { rule: 'R-POD-14', where: lines.ofTemplate(template, path) };
    if (history.terminatingMs === null) {
      if (history.sigtermMs !== null)
        return { rule: 'R-POD-27', where: lines.ofTemplate(template, path, '.livenessProbe') };
      return { rule: 'R-POD-25', where: lines.ofTemplate(template, path) };
    }
    if (failure.mechanism === 'drain-race') {
      return { rule: 'R-SRV-8', where: this.#workloadLines(served, 'onSigterm') };
    }
    if (failure.mechanism === 'in-flight-cut') return this.#cutInFlight(served, history);
    // With no pod Ready the proxies fall back on terminating ones (R-KP-4): no hook makes up for a missing successor.
    if (this.#parts.load.readyPods() === 0) return this.#noEndpoints(failure);
    const where = lines.ofTemplate(template, path, preStop === null ? '' : '.lifecycle.preStop');
    if (failure.mechanism === 'accept-queue-reset') return { rule: 'R-SRV-3', where };
    return { rule: signalledByHook(history) ? 'R-SRV-7' : 'R-SRV-5', where };
  }

  #cutInFlight(served: ServedPod, history: PodHistory): Cause {
    const { template } = served.pod;
    const { style } = served.container.workload.onSigterm;
    if (history.sigkillMs !== null) {
      const rule = style === 'ignore' ? 'R-SRV-1' : 'R-SRV-10';
      const where = this.#parts.lines.ofTemplate(template, template.path, '.terminationGracePeriodSeconds');
      return { rule, where };
    }
    return { rule: 'R-SRV-2', where: this.#workloadLines(served, 'onSigterm') };
  }

  #noEndpoints({ endedMs }: FailureEvent): Cause {
    const { lines, deployment, faults } = this.#parts;
    const broken = faults?.behindLack(endedMs) ?? null;
    if (broken !== null) return broken;
    if (deployment === null) return { rule: 'R-KP-7', where: NOWHERE };
    if (deployment.strategy.type === 'Recreate') {
      return { rule: 'R-DEP-20', where: lines.ofManifest(deployment, 'spec.strategy.type') };
    }
    return { rule: 'R-KP-7', where: lines.ofManifest(deployment, 'spec.strategy') };
  }

  /** Too slow or too full: for lack of capacity as a whole, or because this pod had more than its share. */
  #overload(failure: FailureEvent, served: ServedPod | undefined): Cause {
    const { lines, load, service, deployment, histories } = this.#parts;
    if (load.utilization(failure.arrivedMs) >= SATURATED) {
      const fewer = load.readyPods() < load.readyPodsAtStart();
      const broken = fewer ? (this.#parts.faults?.behindLack(failure.arrivedMs) ?? null) : null;
      if (broken !== null) return broken;
      if (fewer && deployment !== null) return this.#capacityLost(deployment);
      return {
        rule: 'R-APP-9',
        where: deployment === null ? NOWHERE : lines.ofManifest(deployment, 'spec.replicas'),
      };
    }
    const queue = this.#parts.faults?.behindQueue(failure.arrivedMs) ?? null;
    if (queue !== null) return queue;
    const coldStart = served?.container.workload.coldStart ?? null;
    if (served !== undefined && coldStart !== null) {
      const openMs = histories.of(served.pod.name).listenerOpenMs;
      if (openMs !== null && failure.sentMs - openMs < 3 * coldStart.tauMs) {
        return { rule: 'R-APP-11', where: this.#workloadLines(served, 'coldStart') };
      }
    }
    if (service !== null && service.sessionAffinitySeconds !== null) {
      this.#affinity ??= { rule: 'R-KP-11', where: lines.ofManifest(service, 'spec.sessionAffinity') };
      return this.#affinity;
    }
    if (this.#parts.scenario.traffic.clients.keepAlive) {
      return { rule: 'R-SUR-18', where: lines.ofScenario('spec.traffic.clients.keepAlive') };
    }
    return { rule: 'R-APP-9', where: this.#workloadLines(served, 'concurrency') };
  }

  #capacityLost(deployment: Deployment): Cause {
    const { lines } = this.#parts;
    if (deployment.strategy.type === 'Recreate')
      return { rule: 'R-DEP-20', where: lines.ofManifest(deployment, 'spec.strategy.type') };
    const where = lines.ofManifest(deployment, 'spec.strategy.rollingUpdate.maxUnavailable');
    return { rule: 'R-DEP-5', where };
  }

  #workloadLines(served: ServedPod | undefined, field: string): readonly SourceLocation[] {
    if (served === undefined) return NOWHERE;
    return this.#parts.lines.ofScenario(`spec.workload.${served.container.workload.name}.${field}`);
  }
}
