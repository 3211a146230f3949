/** Questions about pods that the scenario's own runs answer. */
import { maxSurge, minAvailable } from '../../model/cluster/deployment/fenceposts.ts';
import { requestsOf } from '../../model/cluster/pod-resources.ts';
import { settledWarnings } from '../../model/settled-warnings.ts';
import type { Deployment } from '../../scenario/scenario.ts';
import { locateField } from '../../scenario/source-map.ts';
import { SEED_DEFAULT } from '../defaults.ts';
import { subjectOf, type Subject } from '../subject.ts';
import { leftOut, nodesWithPods } from './nodes-with-pods.ts';
import { overRuns, single, type Question } from './question.ts';

const NODES_MAX = 5;

export const maxPods: Question = {
  id: 'max-pods',
  title: 'How many pods at most during the surge?',
  words: [
    'max',
    'pod',
    'surge',
    'peak',
    'most',
    'many',
    'maximum',
    'node',
    'cpu',
    'memory',
    'maxsurge',
    'extra',
  ],
  async ask({ scenario, runs: runsOf }) {
    const runs = await runsOf(scenario);
    const nodes = nodesWithPods(scenario, runs, NODES_MAX);
    const subject = subjectOf(scenario);
    const standing = standingRequests(subject);
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
        overRuns(
          'CPU that must be free for it',
          'core',
          runs,
          ({ pods }) => freeFor(pods.peakCpuRequestedMilli, standing.cpuMilli, 1000),
          NO_ROOM,
        ),
        overRuns('memory requested at the peak', 'bytes', runs, ({ pods }) => pods.peakMemoryRequestedBytes),
        overRuns(
          'memory that must be free for it',
          'bytes',
          runs,
          ({ pods }) => freeFor(pods.peakMemoryRequestedBytes, standing.memoryBytes),
          NO_ROOM,
        ),
        ...nodes.map(({ name }) =>
          overRuns(`pods on ${name}`, 'count', runs, ({ pods }) => pods.peakByNode[name] ?? 0),
        ),
      ],
      notes: [
        ...settledWarnings(scenario, runs[0]?.seed ?? SEED_DEFAULT).map(({ message }) => message),
        ...(subject === null ? [] : bookNote(subject.deployment)),
        ...leftOut(scenario, nodes),
      ],
    };
  },
};

/** Where the peak stays below what was to stand before it, pods were waiting for room all along: nothing is free. */
const NO_ROOM = 'the pods do not fit';

function freeFor(peak: number, standing: number, perUnit: number = 1): number | null {
  return peak < standing ? null : (peak - standing) / perUnit;
}

/** What the pods of before the first change request together. */
function standingRequests(subject: Subject | null): { cpuMilli: number; memoryBytes: number } {
  const before = subject?.before ?? null;
  if (before === null) return { cpuMilli: 0, memoryBytes: 0 };
  const { cpuMilli, memoryBytes } = requestsOf(before.template);
  return { cpuMilli: before.replicas * cpuMilli, memoryBytes: before.replicas * memoryBytes };
}

function bookNote(deployment: Deployment): readonly string[] {
  const { strategy, replicas } = deployment;
  if (strategy.type === 'Recreate') return [];
  const surge = maxSurge({ strategy, replicas });
  const { file, line } = locateField(deployment, 'spec.strategy.rollingUpdate.maxSurge');
  return [
    `By the book ${replicas} + ${surge}: maxSurge ${strategy.maxSurge} (${file}:${line}); pods on their way out are not counted there.`,
  ];
}

export const minReady: Question = {
  id: 'min-ready',
  title: 'How few pods are ready at the worst moment?',
  words: ['ready', 'min', 'minimum', 'fewest', 'least', 'few', 'available', 'unavailable'],
  async ask({ scenario, runs: runsOf }) {
    const runs = await runsOf(scenario);
    const deployment = subjectOf(scenario)?.deployment;
    return {
      measures: [
        overRuns('ready pods that are not terminating', 'count', runs, ({ pods }) => pods.minReady),
        ...(deployment === undefined
          ? []
          : [single('what the strategy promises (R-DEP-3)', 'count', minAvailable(deployment))]),
      ],
      notes: deployment === undefined ? [] : promiseNote(deployment),
    };
  },
};

function promiseNote(deployment: Deployment): readonly string[] {
  const { strategy, replicas } = deployment;
  const { file, line } = locateField(deployment, 'spec.strategy.rollingUpdate.maxUnavailable');
  return [
    strategy.type === 'Recreate'
      ? `Recreate promises nothing (${file}:${line}, R-DEP-20).`
      : `${replicas} replicas, maxUnavailable ${strategy.maxUnavailable} (${file}:${line}).`,
  ];
}

export const minServing: Question = {
  id: 'min-serving',
  title: 'How few pods serve at the worst moment?',
  words: ['serving', 'listening', 'min', 'minimum', 'fewest', 'few', 'answer'],
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
