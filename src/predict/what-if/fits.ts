/** Whether the pods of the surge find room: on the nodes, and in the quota. */
import type { ResourceQuota, Scenario } from '../../scenario/scenario.ts';
import { requestsOf } from '../../model/cluster/pod-resources.ts';
import { subjectOf } from '../subject.ts';
import { overRuns, single, type Question } from './question.ts';

interface Room {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly pods: number;
}

/** What the nodes hold, whole pods of this size only. */
function roomOnNodes({ cluster }: Scenario, each: { cpuMilli: number; memoryBytes: number }): number {
  return cluster.nodes.reduce((sum, node) => {
    const byCpu = each.cpuMilli === 0 ? Number.POSITIVE_INFINITY : Math.floor(node.cpuMilli / each.cpuMilli);
    const byMemory =
      each.memoryBytes === 0 ? Number.POSITIVE_INFINITY : Math.floor(node.memoryBytes / each.memoryBytes);
    return sum + Math.min(byCpu, byMemory, node.podsMax);
  }, 0);
}

function quotaOf(scenario: Scenario): Room | null {
  const quotas = scenario.before.filter((object): object is ResourceQuota => object.kind === 'ResourceQuota');
  if (quotas.length === 0) return null;
  const least = (valueOf: (quota: ResourceQuota) => number | null): number =>
    Math.min(...quotas.map((quota) => valueOf(quota) ?? Number.POSITIVE_INFINITY));
  return {
    cpuMilli: least(({ requestsCpuMilli }) => requestsCpuMilli),
    memoryBytes: least(({ requestsMemoryBytes }) => requestsMemoryBytes),
    pods: least(({ pods }) => pods),
  };
}

export const fits: Question = {
  id: 'fits',
  title: 'Does the surge fit the nodes and the quota?',
  words: ['fit', 'room', 'quota', 'capacity', 'node', 'enough', 'space'],
  async ask({ scenario, runs: runsOf }) {
    const subject = subjectOf(scenario);
    if (subject === null) return { measures: [], notes: ['No Deployment stands behind the called Service.'] };
    const runs = await runsOf(scenario);
    const each = requestsOf(subject.deployment.template);
    const room = roomOnNodes(scenario, each);
    const quota = quotaOf(scenario);
    const quotaPods =
      quota === null
        ? Number.POSITIVE_INFINITY
        : Math.min(
            quota.pods,
            each.cpuMilli === 0 ? Number.POSITIVE_INFINITY : Math.floor(quota.cpuMilli / each.cpuMilli),
            each.memoryBytes === 0
              ? Number.POSITIVE_INFINITY
              : Math.floor(quota.memoryBytes / each.memoryBytes),
          );
    const most = Math.min(room, quotaPods);
    const stalled = runs.filter(({ rollout }) => rollout.outcome === 'stalled').length;
    return {
      measures: [
        overRuns('it fits', 'truth', runs, ({ pods }) => (pods.peakWithTerminating <= most ? 1 : 0)),
        overRuns(
          'pods at the peak, terminating ones included',
          'count',
          runs,
          ({ pods }) => pods.peakWithTerminating,
        ),
        single('pods of this size that the nodes hold', 'count', Number.isFinite(room) ? room : null),
        ...(Number.isFinite(quotaPods)
          ? [single('pods of this size that the quota allows', 'count', quotaPods)]
          : []),
      ],
      notes: [
        'Terminating pods hold their room until their objects are gone (R-SCH-1).',
        ...(stalled > 0 ? [`${stalled} of ${runs.length} rollouts did not complete.`] : []),
      ],
    };
  },
};
