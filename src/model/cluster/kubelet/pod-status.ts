/**
 * What the kubelet derives from its containers' states for the API: flags of each container, the pod's phase, its Ready
 * condition, and whether a container that ended runs again. Pure functions.
 */
import type { PodTemplate } from '../../../scenario/scenario.ts';
import type { PodPhase } from '../objects.ts';
import type { ProbeResult } from '../probe.machine.ts';

type RestartPolicy = PodTemplate['restartPolicy'];

/** `pending`: the probe has no result for this instance yet. null: no such probe. */
export type ProbeVerdict = ProbeResult | 'pending' | null;

export interface FlagsInput {
  readonly state: 'waiting' | 'running' | 'terminated';
  /** null unless terminated. */
  readonly exitCode: number | null;
  readonly startupProbe: ProbeVerdict;
  readonly readinessProbe: ProbeVerdict;
  readonly init: boolean;
  readonly sidecar: boolean;
}

/** R-POD-11, R-POD-14. An init container is ready once it has succeeded. */
export function containerFlags(input: FlagsInput): { readonly started: boolean; readonly ready: boolean } {
  const { state, startupProbe, readinessProbe } = input;
  const running = state === 'running';
  const started = running && (startupProbe === null || startupProbe === 'Success');
  if (input.init && !input.sidecar) return { started, ready: state === 'terminated' && input.exitCode === 0 };
  return { started, ready: started && (readinessProbe === null || readinessProbe === 'Success') };
}

/** One container as the phase sees it. `absent`: its status is not known. */
export type PhaseContainer =
  | { readonly state: 'absent' }
  | { readonly state: 'running'; readonly started?: boolean }
  | { readonly state: 'terminated'; readonly exitCode: number }
  /** `lastExitCode` null: it has never run. */
  | { readonly state: 'waiting'; readonly lastExitCode: number | null };

export interface PhaseInput {
  readonly restartPolicy: RestartPolicy;
  readonly initContainers: readonly PhaseContainer[];
  readonly sidecars: readonly PhaseContainer[];
  readonly containers: readonly PhaseContainer[];
  /** The kubelet has ended the pod: nothing restarts whatever the policy. */
  readonly terminal: boolean;
  /** Main containers have been started before. */
  readonly initialized: boolean;
}

/** The pod's phase. */
export function podPhase(input: PhaseInput): PodPhase {
  const init = input.initContainers;
  if (input.restartPolicy === 'Never' && init.some((container) => failedCode(container) !== 0))
    return 'Failed';
  if (init.some(isPendingInit)) return 'Pending';
  if (!input.initialized && input.sidecars.some(isPendingSidecar)) return 'Pending';
  const { sidecars, containers } = input;
  const all = sidecars.length === 0 ? containers : [...sidecars, ...containers];
  if (all.some((container) => container.state === 'waiting' && container.lastExitCode === null))
    return 'Pending';
  if (all.some((container) => container.state === 'absent')) return 'Pending';
  if (all.some((container) => container.state === 'running')) return 'Running';
  if (containers.length === 0) return 'Pending';
  return stoppedPhase(input);
}

/** Every main container has ended, or waits to be restarted. */
function stoppedPhase({ containers, terminal, restartPolicy }: PhaseInput): PodPhase {
  const succeeded = containers.every(
    (container) => container.state === 'terminated' && container.exitCode === 0,
  );
  if (terminal) return succeeded ? 'Succeeded' : 'Failed';
  if (restartPolicy === 'Always') return 'Running';
  if (succeeded) return 'Succeeded';
  return restartPolicy === 'Never' ? 'Failed' : 'Running';
}

function failedCode(container: PhaseContainer): number {
  if (container.state === 'terminated') return container.exitCode;
  return container.state === 'waiting' ? (container.lastExitCode ?? 0) : 0;
}

function isPendingInit(container: PhaseContainer): boolean {
  if (container.state === 'waiting') return container.lastExitCode === null;
  return container.state !== 'terminated';
}

function isPendingSidecar(container: PhaseContainer): boolean {
  if (container.state === 'running') return container.started !== true;
  return container.state === 'waiting' && container.lastExitCode === null;
}

export interface ReadyInput {
  readonly phase: PodPhase;
  /** Whether each main container and each sidecar is ready, null: not known; null: no statuses are known at all. */
  readonly ready: readonly (boolean | null)[] | null;
}

/** `reason` is empty when ready. */
export interface ReadyCondition {
  readonly ready: boolean;
  readonly reason: string;
}

/** R-POD-14, without the readiness gates. */
export function containersReadyCondition({ phase, ready }: ReadyInput): ReadyCondition {
  if (ready === null) return { ready: false, reason: 'UnknownContainerStatuses' };
  if (phase === 'Succeeded' && !ready.includes(null)) return { ready: false, reason: 'PodCompleted' };
  if (phase === 'Failed') return { ready: false, reason: 'PodFailed' };
  if (ready.includes(null) || ready.includes(false)) return { ready: false, reason: 'ContainersNotReady' };
  return { ready: true, reason: '' };
}

/** R-POD-14. @param conditions status of each condition that someone has set on the pod */
export function podReadyCondition(
  input: ReadyInput,
  gates: readonly string[],
  conditions: Readonly<Record<string, string>>,
): ReadyCondition {
  const containers = containersReadyCondition(input);
  if (!containers.ready) return containers;
  if (gates.some((gate) => conditions[gate] !== 'True'))
    return { ready: false, reason: 'ReadinessGatesNotReady' };
  return containers;
}

export type LastState =
  | { readonly state: 'none' }
  | { readonly state: 'running' }
  | { readonly state: 'unknown' }
  | { readonly state: 'exited'; readonly exitCode: number };

/** R-POD-32. */
export function shouldRestart(last: LastState, restartPolicy: RestartPolicy, podDeleting: boolean): boolean {
  if (podDeleting) return false;
  if (last.state === 'none' || last.state === 'unknown') return true;
  if (last.state === 'running') return false;
  if (restartPolicy === 'Never') return false;
  return restartPolicy === 'Always' || last.exitCode !== 0;
}
