/** What became of the rollout of the Deployment under test, read from the replay's timeline. */
import type { RolloutResult, TimelineEvent } from '../../record.ts';
import type { PodLife } from './pod-course.ts';

/** @param events the whole timeline, in time order */
export function rolloutResult(
  events: readonly TimelineEvent[],
  deployment: string | null,
  lives: readonly PodLife[],
): RolloutResult {
  const own = events.filter(({ object, timeMs }) => object === `deployment/${deployment}` && timeMs >= 0);
  const startMs = own.find(({ kind }) => kind === 'rollout-started')?.timeMs;
  if (startMs === undefined) return { outcome: 'none', completeMs: null, lastOldPodGoneMs: null };
  const last = own.findLast(({ kind }) => ENDS.has(kind));
  const completeMs = last?.kind === 'rollout-complete' ? last.timeMs - startMs : null;
  const hashBefore = lives.findLast(({ createdMs }) => createdMs < startMs)?.templateHash ?? null;
  const hashAfter = lives.findLast(({ goneMs }) => goneMs === null)?.templateHash ?? null;
  const old = lives.filter(({ templateHash }) => templateHash !== hashAfter);
  const allGone = old.length > 0 && old.every(({ goneMs }) => goneMs !== null);
  const lastGoneMs = Math.max(startMs, ...old.map(({ goneMs }) => goneMs ?? startMs));
  return {
    outcome: completeMs === null ? 'stalled' : hashAfter === hashBefore ? 'rolled-back' : 'complete',
    completeMs,
    lastOldPodGoneMs: allGone ? lastGoneMs - startMs : null,
  };
}

const ENDS: ReadonlySet<TimelineEvent['kind']> = new Set([
  'rollout-started',
  'rollout-complete',
  'rollout-stalled',
]);
