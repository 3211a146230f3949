/**
 * Which pods `kubectl drain` takes, and which keep it from beginning at all. The pods of the simulated cluster belong to
 * ReplicaSets and Jobs and keep nothing on their node, so that all of them pass.
 */
import type { PodPhase } from '../objects.ts';

export interface DrainablePod {
  /** Kind of its controller; null: nobody's. */
  readonly owner: string | null;
  readonly phase: PodPhase;
  /** It has an emptyDir. */
  readonly localStorage: boolean;
  /** Since when it is being deleted; null: it is not. */
  readonly deletedSecondsAgo: number | null;
}

export interface DrainFlags {
  readonly force: boolean;
  readonly ignoreDaemonSets: boolean;
  readonly deleteEmptyDirData: boolean;
  /** Pods that have been going for longer than this are not waited for; 0: all are. */
  readonly skipWaitForDeleteTimeoutSeconds: number;
}

/** `error`: the pod keeps the drain from beginning. */
export type DrainDecision = 'drain' | 'skip' | 'error';

export type DrainFilter = (pod: DrainablePod, flags: DrainFlags) => DrainDecision;

export const DEFAULT_FLAGS: DrainFlags = {
  force: false,
  ignoreDaemonSets: false,
  deleteEmptyDirData: false,
  skipWaitForDeleteTimeoutSeconds: 0,
};

export const skipDeleted: DrainFilter = (
  { deletedSecondsAgo },
  { skipWaitForDeleteTimeoutSeconds: timeout },
) => (timeout > 0 && deletedSecondsAgo !== null && deletedSecondsAgo > timeout ? 'skip' : 'drain');

const daemonSets: DrainFilter = (pod, { ignoreDaemonSets }) => {
  if (pod.owner !== 'DaemonSet' || hasFinished(pod)) return 'drain';
  return ignoreDaemonSets ? 'skip' : 'error';
};

const localStorage: DrainFilter = (pod, { deleteEmptyDirData }) =>
  pod.localStorage && !hasFinished(pod) && !deleteEmptyDirData ? 'error' : 'drain';

const unreplicated: DrainFilter = (pod, { force }) =>
  pod.owner === null && !hasFinished(pod) && !force ? 'error' : 'drain';

const FILTERS: readonly DrainFilter[] = [skipDeleted, daemonSets, localStorage, unreplicated];

/** The first filter that does not let the pod pass decides. */
export function drainDecision(
  pod: DrainablePod,
  flags: DrainFlags,
  filters: readonly DrainFilter[] = FILTERS,
): DrainDecision {
  for (const filter of filters) {
    const decision = filter(pod, flags);
    if (decision !== 'drain') return decision;
  }
  return 'drain';
}

/** Without the Eviction API, or when told so, kubectl deletes and asks no budget. */
export function removalMethod(evictionSupported: boolean, disableEviction: boolean): 'evict' | 'delete' {
  return evictionSupported && !disableEviction ? 'evict' : 'delete';
}

function hasFinished({ phase }: DrainablePod): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}
