/** What became of the rollout of the Deployment under test, read from the run's timeline. */
import type { RolloutResult, TimelineEvent } from '../../record.ts';
import type { PodLife } from './pod-recorder.ts';

export interface RolloutFacts {
  /** The whole run's timeline. */
  readonly events: readonly TimelineEvent[];
  /** The Deployment under test; null: none. */
  readonly deployment: string | null;
  readonly lives: readonly PodLife[];
  /** Hash of the Deployment's template before any change, and at the end. */
  readonly templateHashAtStart: string | null;
  readonly templateHash: string | null;
}

export function rolloutResult(facts: RolloutFacts): RolloutResult {
  const { events, deployment, lives, templateHashAtStart, templateHash } = facts;
  const ofDeployment = events.filter((event) => event.object === `deployment/${deployment}`);
  const startMs = ofDeployment.find((event) => event.kind === 'rollout-started')?.timeMs;
  if (startMs === undefined) return { outcome: 'none', completeMs: null, lastOldPodGoneMs: null };
  const last = ofDeployment.findLast(
    (event) =>
      event.kind === 'rollout-started' ||
      event.kind === 'rollout-complete' ||
      event.kind === 'rollout-stalled',
  );
  const complete = last?.kind === 'rollout-complete' ? last.timeMs - startMs : null;
  const old = lives.filter((life) => life.templateHash !== templateHash);
  const allGone = old.every((life) => life.goneMs !== null);
  const lastGoneMs = Math.max(...old.map((life) => life.goneMs ?? startMs), startMs);
  return {
    outcome:
      complete === null ? 'stalled' : templateHash === templateHashAtStart ? 'rolled-back' : 'complete',
    completeMs: complete,
    lastOldPodGoneMs: allGone && old.length > 0 ? lastGoneMs - startMs : null,
  };
}
