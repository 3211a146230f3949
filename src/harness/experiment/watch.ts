/** Fifth stage: nothing more is done, and what was done is watched until it has settled, as a simulated run is. */
import { ApiUnreachable } from '../kubernetes/api-error.ts';
import type { LiveDeployment, LivePod } from '../kubernetes/live-objects.ts';
import { hasCondition } from '../kubernetes/live-objects.ts';
import { rolloutStatus } from '../kubernetes/rollout-status.ts';
import type { Session } from './session.ts';

const POLL_MS = 200;
/** A stalled rollout is watched a little longer: it keeps its last state for good (R-DEP-14). */
const STALLED_MS = 10_000;

export async function watch(session: Session, signal: AbortSignal): Promise<void> {
  const { options } = session;
  options.progress('watching until everything has settled');
  // Silence alone may mean that nobody is there to tell.
  while (!isOver(session) || !(await answers(session, signal))) await session.wait(POLL_MS, signal);
  session.endedMs = session.nowMs;
}

async function answers(session: Session, signal: AbortSignal): Promise<boolean> {
  try {
    await session.opened(session.client).ping(signal);
    return true;
  } catch (error) {
    // The watches find out whether it comes back, and end the replay when it does not.
    if (error instanceof ApiUnreachable) return false;
    throw error;
  }
}

function isOver(session: Session): boolean {
  const { nowMs, scenario, changes, faults, options, lastMovedEpochMs, state } = session;
  const { waits } = options;
  if (nowMs >= scenario.limits.durationMs) return true;
  if (nowMs < Math.min(waits.shortestMs, scenario.limits.durationMs)) return false;
  if (changes?.moreToCome === true || faults?.moreToCome === true) return false;
  const unmovedMs = Date.now() - lastMovedEpochMs;
  const statuses = state.all('Deployment').map(statusOf);
  const finished = statuses.every((status) => status !== 'rolling') && state.all('Pod').every(isAtRest);
  if (!finished) return unmovedMs >= waits.stuckMs;
  return unmovedMs >= (statuses.includes('stalled') ? Math.max(waits.quietMs, STALLED_MS) : waits.quietMs);
}

/** A paused one goes no further, however far it is. */
function statusOf(deployment: LiveDeployment): ReturnType<typeof rolloutStatus> {
  return deployment.spec.paused === true ? 'complete' : rolloutStatus(deployment);
}

function isAtRest({ metadata, status }: LivePod): boolean {
  if (status.phase === 'Succeeded' || status.phase === 'Failed') return true;
  return metadata.deletionTimestamp === undefined && hasCondition(status.conditions, 'Ready');
}
