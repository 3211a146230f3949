/** Whether the pods of the surge find room: on the nodes, and in the quota. */
import { requestsOf } from '../../model/cluster/pod-resources.ts';
import type { Resources, ResourceQuota, Scenario } from '../../scenario/scenario.ts';
import { locateField } from '../../scenario/source-map.ts';
import type { RunSummary } from '../run-summary.ts';
import { subjectOf } from '../subject.ts';
import { leftOut, nodesWithPods } from './nodes-with-pods.ts';
import { NO_DEPLOYMENT, overRuns, single, type Measure, type Question } from './question.ts';

const NODES_MAX = 3;

export const fits: Question = {
  id: 'fits',
  title: 'Does the surge fit the nodes and the quota?',
  words: [
    'fit',
    'room',
    'quota',
    'schedulable',
    'pending',
    'space',
    'enough',
    'node',
    'capacity',
    'free',
    'hold',
  ],
  async ask({ scenario, runs: runsOf }) {
    const subject = subjectOf(scenario);
    if (subject === null) return NO_DEPLOYMENT;
    const runs = await runsOf(scenario);
    const each = requestsOf(subject.deployment.template);
    const nodes = nodesWithPods(scenario, runs, NODES_MAX);
    const onNodes = scenario.cluster.nodes.reduce(
      (sum, node) => sum + Math.min(node.podsMax, podsWithin(node, each)),
      0,
    );
    const quotas = quotasOf(scenario);
    const inQuota = Math.min(...quotas.map((quota) => podsInQuota(quota, each)), Number.POSITIVE_INFINITY);
    return {
      measures: [
        overRuns('it fits', 'truth', runs, ({ withoutRoom: { onNodes: waiting, inQuota: refused } }) =>
          waiting + refused === 0 ? 1 : 0,
        ),
        overRuns(
          'pods at the peak, terminating ones included',
          'count',
          runs,
          ({ pods }) => pods.peakWithTerminating,
        ),
        overRuns(
          'pods that found no node with room',
          'count',
          runs,
          ({ withoutRoom }) => withoutRoom.onNodes,
        ),
        single('pods of this size that the nodes hold', 'count', onNodes),
        ...(Number.isFinite(inQuota)
          ? [
              overRuns(
                'times the quota refused a pod',
                'count',
                runs,
                ({ withoutRoom }) => withoutRoom.inQuota,
              ),
              single('pods of this size that the quota allows', 'count', inQuota),
            ]
          : []),
        ...nodes.flatMap((node) => freeOn(node.name, node, each, runs)),
      ],
      notes: [...leftOut(scenario, nodes), ...notes(runs, quotas)],
    };
  },
};

/** What is left on a node when it holds most pods of the Deployment. */
function freeOn(name: string, node: Resources, each: Resources, runs: readonly RunSummary[]): Measure[] {
  const podsOn = ({ pods }: RunSummary): number => pods.peakByNode[name] ?? 0;
  return [
    overRuns(
      `CPU free on ${name} at its peak`,
      'core',
      runs,
      (run) => leftOf(node.cpuMilli, podsOn(run) * each.cpuMilli, 1000),
      TWO_SIZES,
    ),
    overRuns(
      `memory free on ${name} at its peak`,
      'bytes',
      runs,
      (run) => leftOf(node.memoryBytes, podsOn(run) * each.memoryBytes),
      TWO_SIZES,
    ),
  ];
}

/** More than the node has: then not all of its pods were of the new size. */
const TWO_SIZES = 'unknown: pods of two sizes';

function leftOf(room: number, taken: number, perUnit: number = 1): number | null {
  return taken > room ? null : (room - taken) / perUnit;
}

function podsWithin({ cpuMilli, memoryBytes }: Resources, each: Resources): number {
  return Math.min(wholeTimes(cpuMilli, each.cpuMilli), wholeTimes(memoryBytes, each.memoryBytes));
}

function wholeTimes(room: number, each: number): number {
  return each === 0 ? Number.POSITIVE_INFINITY : Math.floor(room / each);
}

function quotasOf({ before }: Scenario): readonly ResourceQuota[] {
  return before.filter((object): object is ResourceQuota => object.kind === 'ResourceQuota');
}

function podsInQuota(
  { pods, requestsCpuMilli, requestsMemoryBytes }: ResourceQuota,
  each: Resources,
): number {
  const unlimited = Number.POSITIVE_INFINITY;
  return Math.min(
    pods ?? unlimited,
    podsWithin(
      { cpuMilli: requestsCpuMilli ?? unlimited, memoryBytes: requestsMemoryBytes ?? unlimited },
      each,
    ),
  );
}

function notes(runs: readonly RunSummary[], quotas: readonly ResourceQuota[]): readonly string[] {
  const stalled = runs.filter(({ rollout }) => rollout.outcome === 'stalled').length;
  const refused = runs.some(({ withoutRoom }) => withoutRoom.inQuota > 0);
  return [
    'Terminating pods hold their room until their objects are gone (R-SCH-1).',
    ...(refused
      ? quotas.map((quota) => {
          const { file, line } = locateField(quota, 'spec.hard');
          return `ResourceQuota ${quota.name} (${file}:${line}) has no room for the surge.`;
        })
      : []),
    ...(stalled > 0 ? [`${stalled} of ${runs.length} rollouts did not complete.`] : []),
  ];
}
