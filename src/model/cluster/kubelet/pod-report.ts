/** The status of a pod as the kubelet reports it, from what its status cache holds of the containers (R-POD-14). */
import type { PodObject, PodPhase } from '../objects.ts';
import type { PodContainer } from './container.ts';
import { podPhase, podReadyCondition, type PhaseContainer } from './pod-status.ts';
import type { PodStatus } from './status-manager.ts';

/** @param before the phase reported last: one that is final waits until no container runs any more */
export function podStatus(
  pod: PodObject,
  containers: readonly PodContainer[],
  hasIp: boolean,
  before: PodPhase,
): PodStatus {
  const phase = reportedPhase(pod, containers, before);
  const counted = containers.filter((container) => container.role !== 'init');
  const ready: Record<string, boolean> = {};
  for (const container of counted) ready[container.name] = container.ready;
  const names = counted.map((container) => container.name);
  // Nothing in the model sets the conditions that readiness gates wait for.
  const condition = podReadyCondition({ phase, names, ready }, pod.template.readinessGates, {});
  return {
    phase,
    hasIp,
    ready: condition.ready,
    restarts: restartsOf(containers.filter((container) => container.role === 'main')),
    sidecarRestarts: restartsOf(containers.filter((container) => container.sidecar)),
  };
}

/** R-POD-22: the phase of a pod that the kubelet has ended. A pod none of whose containers ever ran has failed. */
export function endedPhase(containers: readonly PodContainer[]): 'Succeeded' | 'Failed' {
  const main = containers.filter((container) => container.role === 'main');
  return main.every(({ reported }) => reported.exitCode === 0) ? 'Succeeded' : 'Failed';
}

function reportedPhase(pod: PodObject, containers: readonly PodContainer[], before: PodPhase): PodPhase {
  const of = (role: PodContainer['role']): PhaseContainer[] =>
    containers.filter((container) => container.role === role).map((container) => phaseContainer(container));
  const main = containers.filter((container) => container.role === 'main');
  const phase = podPhase({
    restartPolicy: pod.template.restartPolicy,
    initContainers: of('init'),
    sidecars: of('sidecar'),
    containers: of('main'),
    terminal: false,
    initialized: main.some(({ reported }) => reported.instance >= 0),
  });
  const final = phase === 'Succeeded' || phase === 'Failed';
  return final && containers.some(({ reported }) => reported.running) ? before : phase;
}

function phaseContainer({ reported, started }: PodContainer): PhaseContainer {
  if (reported.running) return { state: 'running', started };
  if (reported.exitCode !== null) return { state: 'terminated', exitCode: reported.exitCode };
  return { state: 'waiting', lastExitCode: null };
}

function restartsOf(containers: readonly PodContainer[]): number {
  return containers.reduce((most, { reported }) => Math.max(most, reported.instance), 0);
}
