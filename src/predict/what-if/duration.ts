/** How long the rollout takes. */
import { noAnswer, overRuns, type Question } from './question.ts';

export const duration: Question = {
  id: 'duration',
  title: 'How long does the rollout take?',
  words: [
    'duration',
    'rollout',
    'complete',
    'finish',
    'last',
    'long',
    'take',
    'time',
    'deploy',
    'slow',
    'quick',
  ],
  async ask({ scenario, runs: runsOf }) {
    const runs = await runsOf(scenario);
    if (runs.every(({ rollout }) => rollout.outcome === 'none'))
      return noAnswer('The scenario rolls nothing out.');
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
