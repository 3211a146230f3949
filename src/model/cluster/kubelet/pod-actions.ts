/**
 * What one sync of a pod does (R-POD-5, 27, 32): which containers it kills and which it starts, decided only from what
 * the kubelet has seen. A pure function.
 */
import type { PodTemplate } from '../../../scenario/scenario.ts';
import { shouldRestart, type LastState } from './pod-status.ts';

export type ContainerRole = 'init' | 'sidecar' | 'main';

export interface ActionContainer {
  readonly name: string;
  readonly role: ContainerRole;
  readonly last: LastState;
  readonly started: boolean;
  /** The probe that has failed for good, if one has. */
  readonly failedProbe: 'liveness' | 'startup' | null;
  /** Whether it runs another image than it should by now; false when not given. */
  readonly changed?: boolean;
}

export interface ContainerToKill {
  readonly name: string;
  readonly reason: 'liveness' | 'startup' | 'changed';
}

export interface PodActions {
  /** Init containers are behind it. */
  readonly initialized: boolean;
  /** Nothing is left to run: whatever still runs (sidecars) is to be ended. */
  readonly killPod: boolean;
  readonly kill: readonly ContainerToKill[];
  readonly start: readonly string[];
}

/** @param containers init containers and sidecars in their order, then the main ones in theirs */
export function computePodActions(
  containers: readonly ActionContainer[],
  restartPolicy: PodTemplate['restartPolicy'],
): PodActions {
  const main = containers.filter((container) => container.role === 'main');
  const before = containers.filter((container) => container.role !== 'main');
  const initialized = main.some((container) => container.last.state !== 'none');
  return initialized ? runningActions(before, main, restartPolicy) : initActions(before, main, restartPolicy);
}

/** Walks the init containers in order and stops at the first that is not done (R-POD-5). */
function initActions(
  before: readonly ActionContainer[],
  main: readonly ActionContainer[],
  restartPolicy: PodTemplate['restartPolicy'],
): PodActions {
  const kill: ContainerToKill[] = [];
  const start: string[] = [];
  const stopHere = (killPod = false): PodActions => ({ initialized: false, killPod, kill, start });
  for (const container of before) {
    if (container.role === 'sidecar') {
      keepSidecar(container, kill, start);
      if (!container.started) return stopHere();
    } else if (container.last.state === 'running') {
      killIfFailed(container, kill);
      return stopHere();
    } else if (container.last.state !== 'exited' || container.last.exitCode !== 0) {
      if (!shouldRestart(container.last, restartPolicy, false)) return stopHere(true);
      start.push(container.name);
      return stopHere();
    }
  }
  return { initialized: true, killPod: false, kill, start: [...start, ...main.map(({ name }) => name)] };
}

function runningActions(
  before: readonly ActionContainer[],
  main: readonly ActionContainer[],
  restartPolicy: PodTemplate['restartPolicy'],
): PodActions {
  const kill: ContainerToKill[] = [];
  const start: string[] = [];
  let kept = 0;
  for (const container of main) {
    if (container.last.state !== 'running') {
      if (shouldRestart(container.last, restartPolicy, false)) start.push(container.name);
    } else if (!killIfFailed(container, kill)) {
      kept++;
    } else if (restartPolicy !== 'Never' || container.changed === true) {
      start.push(container.name);
    }
  }
  if (kept === 0 && start.length === 0) return { initialized: true, killPod: true, kill: [], start: [] };
  const sidecars: string[] = [];
  for (const container of before) if (container.role === 'sidecar') keepSidecar(container, kill, sidecars);
  return { initialized: true, killPod: false, kill, start: [...sidecars, ...start] };
}

/** A sidecar runs again whatever the pod's restart policy. */
function keepSidecar(container: ActionContainer, kill: ContainerToKill[], start: string[]): void {
  if (container.last.state !== 'running' || killIfFailed(container, kill)) start.push(container.name);
}

function killIfFailed({ name, failedProbe, changed }: ActionContainer, kill: ContainerToKill[]): boolean {
  const reason = changed === true ? 'changed' : failedProbe;
  if (reason === null) return false;
  kill.push({ name, reason });
  return true;
}
