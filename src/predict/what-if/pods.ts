/** Questions about pods that the baseline's own runs answer. */
import { overRuns, type Question } from './question.ts';

export const maxPods: Question = {
  id: 'max-pods',
  title: 'How many pods at most during the surge?',
  words: ['max', 'pod', 'surge', 'peak', 'most', 'many', 'maximum', 'node'],
  async ask({ scenario, runs: runsOf }) {
    const runs = await runsOf(scenario);
    const nodes = [...new Set(runs.flatMap(({ pods }) => Object.keys(pods.peakByNode)))].toSorted();
    return {
      measures: [
        overRuns(
          'pods, terminating ones included (R-SUR-2)',
          'count',
          runs,
          ({ pods }) => pods.peakWithTerminating,
        ),
        overRuns('pods by the controller’s count (R-DEP-3)', 'count', runs, ({ pods }) => pods.peakDesired),
        overRuns('CPU requested at the peak', 'core', runs, ({ pods }) => pods.peakCpuRequestedMilli / 1000),
        overRuns('memory requested at the peak', 'bytes', runs, ({ pods }) => pods.peakMemoryRequestedBytes),
        ...nodes.map((node) =>
          overRuns(`pods on ${node}`, 'count', runs, ({ pods }) => pods.peakByNode[node] ?? 0),
        ),
      ],
      notes: [],
    };
  },
};

export const minReady: Question = {
  id: 'min-ready',
  title: 'How few pods are ready at the worst moment?',
  words: ['ready', 'min', 'minimum', 'fewest', 'least', 'few'],
  async ask({ scenario, runs: runsOf }) {
    const runs = await runsOf(scenario);
    return {
      measures: [overRuns('ready pods that are not terminating', 'count', runs, ({ pods }) => pods.minReady)],
      notes: [],
    };
  },
};

export const minServing: Question = {
  id: 'min-serving',
  title: 'How few pods serve at the worst moment?',
  words: ['serving', 'listening', 'min', 'minimum', 'fewest', 'few'],
  async ask({ scenario, runs: runsOf }) {
    const runs = await runsOf(scenario);
    return {
      measures: [
        overRuns('pods that listen and are sent to', 'count', runs, ({ pods }) => pods.minServing),
        overRuns('ready pods', 'count', runs, ({ pods }) => pods.minReady),
      ],
      notes: [],
    };
  },
};
