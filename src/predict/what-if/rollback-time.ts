/** How long going back takes, from several points of the rollout. */
import type { Change, Scenario } from '../../scenario/scenario.ts';
import { subjectOf } from '../subject.ts';
import { noAnswer, overRuns, type Measure, type Question } from './question.ts';
import { momentText, usualRolloutMs } from './rollout-moments.ts';
import { variedScenario } from './varied-scenario.ts';

/** Points of the rollout at which somebody changes their mind; the last is the one that people ask about. */
const UNDO_AT = [1, 0.75, 0.5, 0.25, 0];
/** Before this the new revision may not exist yet, and an undo would go back to the one before the last (R-DEP-19). */
const SOONEST_MS = 1000;

export const rollbackTime: Question = {
  id: 'rollback-time',
  title: 'How long does a rollback take, from any point of the rollout?',
  words: ['rollback', 'point', 'undo', 'revert', 'back', 'instant', 'roll', 'abort'],
  async ask({ scenario, runs: runsOf }) {
    const baseline = await runsOf(scenario);
    const usualMs = usualRolloutMs(scenario, baseline);
    if (usualMs === null) return noAnswer('The scenario rolls nothing out.');
    const measures: Measure[] = [];
    for (const share of UNDO_AT) {
      const delayMs = Math.max(SOONEST_MS, Math.round(share * usualMs));
      const undone = withUndo(scenario, delayMs);
      if (undone === null) return noAnswer('No change of the scenario applies the Deployment.');
      measures.push(
        overRuns(`undone ${momentText(share)}`, 'ms', await runsOf(undone), ({ rollout }) =>
          rollout.completeMs === null ? null : Math.max(0, rollout.completeMs - delayMs),
        ),
      );
    }
    const stalled = baseline.filter(({ rollout }) => rollout.outcome === 'stalled').length;
    return {
      measures,
      notes: [
        ...(2 * stalled > baseline.length
          ? [`The rollout does not complete: its time is taken to be its progress deadline.`]
          : []),
        'A rollback is a rollout of the old template (R-DEP-19): the same waves, without an image to pull.',
      ],
    };
  },
};

/** The same scenario with an undo so long after the rollout began, and nothing after it; null without a rollout. */
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
  return variedScenario(scenario, { changes: [...before, { ...rollout, waitFor: 'applied' }, undo] });
}
