/** How long the rollout takes, and how long it takes to go back. */
import type { Change, Scenario } from '../../scenario/scenario.ts';
import type { RunSummary } from '../run-summary.ts';
import { subjectOf } from '../subject.ts';
import { overRuns, type Measure, type Question } from './question.ts';

export const duration: Question = {
  id: 'duration',
  title: 'How long does the rollout take?',
  words: ['duration', 'rollout', 'complete', 'finish', 'last', 'long', 'take', 'time'],
  async ask({ scenario, runs: runsOf }) {
    const runs = await runsOf(scenario);
    const stalled = runs.filter(({ rollout }) => rollout.outcome === 'stalled').length;
    return {
      measures: [
        overRuns('until complete (R-DEP-12)', 'ms', runs, ({ rollout }) => rollout.completeMs),
        overRuns('until the last old pod is gone', 'ms', runs, ({ rollout }) => rollout.lastOldPodGoneMs),
      ],
      notes: stalled === 0 ? [] : [`${stalled} of ${runs.length} rollouts did not complete.`],
    };
  },
};

/** Points of the rollout, as shares of its usual duration, at which somebody changes their mind. */
const UNDO_AT = [0.25, 0.5, 0.75, 1];

/** The same scenario with an undo so long after the rollout began; null without a rollout. */
function withUndo(scenario: Scenario, delayMs: number): Scenario | null {
  const name = subjectOf(scenario)?.deployment.name;
  const index = scenario.changes.findLastIndex(
    ({ action }) =>
      action.kind === 'apply' &&
      action.objects.some((object) => object.kind === 'Deployment' && object.name === name),
  );
  const rollout = scenario.changes[index];
  if (rollout === undefined || name === undefined) return null;
  const undo: Change = {
    start: { kind: 'after', delayMs },
    action: { kind: 'undo', deployment: name, toRevision: null },
    waitFor: 'rollout/complete',
    location: rollout.location,
  };
  const before = scenario.changes.slice(0, index);
  return { ...scenario, changes: [...before, { ...rollout, waitFor: 'applied' }, undo] };
}

function median(runs: readonly RunSummary[]): number | null {
  const sorted = runs.flatMap(({ rollout }) => rollout.completeMs ?? []).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

export const rollbackTime: Question = {
  id: 'rollback-time',
  title: 'How long does a rollback take, from any point of the rollout?',
  words: ['rollback', 'undo', 'revert', 'back', 'point', 'instant', 'long', 'take'],
  async ask({ scenario, runs: runsOf }) {
    const typicalMs = median(await runsOf(scenario));
    if (typicalMs === null) return { measures: [], notes: ['The scenario has no rollout that completes.'] };
    const measures: Measure[] = [];
    for (const share of UNDO_AT) {
      const delayMs = Math.round(share * typicalMs);
      const undone = withUndo(scenario, delayMs);
      if (undone === null)
        return { measures: [], notes: ['No change of the scenario rolls the Deployment out.'] };
      const runs = await runsOf(undone);
      measures.unshift(
        overRuns(
          `undone after ${Math.round(100 * share)} % of the rollout’s time`,
          'ms',
          runs,
          ({ rollout }) => (rollout.completeMs === null ? null : Math.max(0, rollout.completeMs - delayMs)),
        ),
      );
    }
    return {
      measures,
      notes: [
        'A rollback is a rollout of the old template (R-DEP-19): the same waves, without an image to pull.',
      ],
    };
  },
};
