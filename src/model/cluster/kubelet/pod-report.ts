/** The status of a pod as the kubelet reports it, from what its status cache holds of the containers (R-POD-14). */
import type { PodObject, PodPhase } from '../objects.ts';
import type { PodContainer } from './container.ts';
import { podPhase, podReadyCondition, type PhaseContainer } from './pod-status.ts';
import type { PodStatus } from './status-manager.ts';

/** A pod's containers, by what they are to its status: told apart once, as the status is asked for often. */
export interface ReportedContainers {
  readonly all: readonly PodContainer[];
  readonly init: readonly PodContainer[];
  readonly sidecars: readonly PodContainer[];
  readonly main: readonly PodContainer[];
}

export function reportedContainers(all: readonly PodContainer[]): ReportedContainers {
  const of = (role: PodContainer['role']): PodContainer[] =>
    all.filter((container) => container.role === role);
  return { all, init: of('init'), sidecars: of('sidecar'), main: of('main') };
}

/** @param before the phase reported last: one that is final waits until no container runs any more */
export function podStatus(
  pod: PodObject,
  containers: ReportedContainers,
  hasIp: boolean,
  before: PodPhase,
): PodStatus {
  const phase = reportedPhase(pod, containers, before);
  const { main, sidecars } = containers;
  const ready = (sidecars.length === 0 ? main : [...sidecars, ...main]).map((container) => container.ready);
  // Nothing in the model sets the conditions that readiness gates wait for.
  const condition = podReadyCondition({ phase, ready }, pod.template.readinessGates, NO_CONDITIONS);
  return {
    phase,
    hasIp,
    ready: condition.ready,
    restarts: restartsOf(main),
    sidecarRestarts: restartsOf(sidecars),
  };
}

const NO_CONDITIONS = {};

/** R-POD-22: the phase of a pod that the kubelet has ended. A pod none of whose containers ever ran has failed. */
export function endedPhase(containers: readonly PodContainer[]): 'Succeeded' | 'Failed' {
  const main = containers.filter((container) => container.role === 'main');
  return main.every(({ reported }) => reported.exitCode === 0) ? 'Succeeded' : 'Failed';
}

function reportedPhase(pod: PodObject, containers: ReportedContainers, before: PodPhase): PodPhase {
  const { all, init, sidecars, main } = containers;
  const phase = podPhase({
    restartPolicy: pod.template.restartPolicy,
    initContainers: phaseContainers(init),
    sidecars: phaseContainers(sidecars),
    containers: phaseContainers(main),
    terminal: false,
    initialized: main.some(({ reported }) => reported.instance >= 0),
  });
  const final = phase === 'Succeeded' || phase === 'Failed';
  return final && all.some(({ reported }) => reported.running) ? before : phase;
}

const NO_CONTAINERS: readonly PhaseContainer[] = [];

function phaseContainers(containers: readonly PodContainer[]): readonly PhaseContainer[] {
  return containers.length === 0 ? NO_CONTAINERS : containers.map(phaseContainer);
}

const STARTED: PhaseContainer = { state: 'running', started: true };
const STARTING: PhaseContainer = { state: 'running', started: false };
const WAITING: PhaseContainer = { state: 'waiting', lastExitCode: null };

function phaseContainer({ reported, started }: PodContainer): PhaseContainer {
  if (reported.running) return started ? STARTED : STARTING;
  if (reported.exitCode !== null) return { state: 'terminated', exitCode: reported.exitCode };
  return WAITING;
}

function restartsOf(containers: readonly PodContainer[]): number {
  let most = 0;
  for (const { reported } of containers) most = Math.max(most, reported.instance);
  return most;
}
