/**
 * When a ready pod counts as available, and when to look again (R-DEP-10). Ready times are whole seconds
 * (R-GEN-5), so the wait can be up to a second short.
 */
import { SECOND_MS, type DurationMs, type TimeMs } from '../../../kernel/time.ts';
import type { PodObject } from '../objects.ts';

export type PodReadiness = Pick<PodObject, 'ready' | 'readyTransitionMs'>;

export function isPodAvailable(pod: PodReadiness, minReadySeconds: number, nowMs: TimeMs): boolean {
  if (!pod.ready) return false;
  if (minReadySeconds === 0) return true;
  return pod.readyTransitionMs !== null && pod.readyTransitionMs + minReadySeconds * SECOND_MS <= nowMs;
}

/** How long until a ready pod becomes available; null: it is, or nothing says when. */
export function nextPodAvailabilityCheck(
  pod: PodReadiness,
  minReadySeconds: number,
  nowMs: TimeMs,
): DurationMs | null {
  if (!pod.ready || minReadySeconds <= 0 || pod.readyTransitionMs === null) return null;
  const delayMs = pod.readyTransitionMs + minReadySeconds * SECOND_MS - nowMs;
  return delayMs > 0 ? delayMs : null;
}

/** The soonest check among the pods and the first pod it is for; null: none is needed. */
export function soonestPodAvailability<P extends PodReadiness>(
  pods: readonly P[],
  minReadySeconds: number,
  nowMs: TimeMs,
): { readonly delayMs: DurationMs; readonly pod: P } | null {
  let soonest: { delayMs: DurationMs; pod: P } | null = null;
  for (const pod of pods) {
    const delayMs = nextPodAvailabilityCheck(pod, minReadySeconds, nowMs);
    if (delayMs !== null && (soonest === null || delayMs < soonest.delayMs)) soonest = { delayMs, pod };
  }
  return soonest;
}

/**
 * The delay until the next check, for a status that was computed at `evaluatedMs`: a pod that has become
 * available since is looked at once more, at once.
 */
export function nextAvailabilityCheck(
  pods: readonly PodReadiness[],
  minReadySeconds: number,
  evaluatedMs: TimeMs,
  nowMs: TimeMs,
): DurationMs | null {
  const soonest = soonestPodAvailability(pods, minReadySeconds, evaluatedMs);
  return soonest === null ? null : (nextPodAvailabilityCheck(soonest.pod, minReadySeconds, nowMs) ?? 0);
}

/**
 * When a ReplicaSet looks again after a status with `ready` and `available` pods; null: only at the next event.
 * A ready pod that is not available and has no check of its own is looked at after minReadySeconds.
 */
export function nextReplicaSetCheck(
  status: { readonly readyReplicas: number; readonly availableReplicas: number },
  pods: readonly PodReadiness[],
  minReadySeconds: number,
  evaluatedMs: TimeMs,
  nowMs: TimeMs,
): DurationMs | null {
  if (minReadySeconds <= 0 || status.readyReplicas === status.availableReplicas) return null;
  return nextAvailabilityCheck(pods, minReadySeconds, evaluatedMs, nowMs) ?? minReadySeconds * SECOND_MS;
}
