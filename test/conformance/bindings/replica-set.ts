/** Runs the vectors about ReplicaSets: deletion order, availability, status, batching, replacement. */
import type { PodObject } from '../../../src/model/cluster/objects.ts';
import {
  isDeletedBefore,
  podsToDelete,
  sortForDeletion,
  type DeletionCandidate,
} from '../../../src/model/cluster/replica-set/deletion-order.ts';
import {
  isPodAvailable,
  nextAvailabilityCheck,
  nextPodAvailabilityCheck,
  nextReplicaSetCheck,
  soonestPodAvailability,
  type PodReadiness,
} from '../../../src/model/cluster/replica-set/pod-availability.ts';
import {
  activePods,
  activeReplicaSets,
  claimedPods,
  isTerminalPhase,
  terminatingPods,
} from '../../../src/model/cluster/replica-set/pod-filters.ts';
import { replicaDifference } from '../../../src/model/cluster/replica-set/replica-difference.ts';
import {
  countPods,
  replicaFailureReason,
} from '../../../src/model/cluster/replica-set/replica-set-status.ts';
import { slowStartBatch, type BatchResult } from '../../../src/model/cluster/replica-set/slow-start-batch.ts';

/** The vectors tell times as seconds before now. */
const NOW_MS = 1_700_000_000_000;

function before(seconds: number | null | undefined): number | null {
  return typeof seconds === 'number' ? NOW_MS - seconds * 1000 : null;
}

function readiness(pod: any): PodReadiness {
  return { ready: pod.ready === true, readyTransitionMs: before(pod.readySecondsAgo) };
}

type Candidate = DeletionCandidate & Pick<PodObject, 'deletionMs'> & { readonly id: string };

function candidate(pod: any): Candidate {
  return {
    id: pod.id,
    uid: pod.uid ?? '',
    nodeName: pod.node === undefined || pod.node === '' ? null : pod.node,
    phase: pod.phase ?? '',
    ...readiness(pod),
    createdMs: before(pod.createdSecondsAgo),
    restarts: pod.maxRestarts ?? 0,
    sidecarRestarts: pod.maxSidecarRestarts ?? 0,
    deletionCost: pod.deletionCost ?? 0,
    deletionMs: deletionOf(pod),
  };
}

function deletionOf(item: any): number | null {
  return item.deleting === true || item.terminating === true ? NOW_MS : null;
}

function compareRanked(input: any): unknown {
  const options = {
    nowMs: input.logarithmicScaleDown === false ? null : NOW_MS,
    deletionCost: input.podDeletionCost !== false,
  };
  const a = { pod: candidate(input.a), rank: input.rankA };
  const b = { pod: candidate(input.b), rank: input.rankB };
  return { aBeforeB: isDeletedBefore(a, b, options), bBeforeA: isDeletedBefore(b, a, options) };
}

function chosenForDeletion(input: any): Candidate[] {
  const pods: Candidate[] = input.pods.map(candidate);
  const related: Candidate[] = input.related?.map(candidate) ?? pods;
  const options = { nowMs: NOW_MS, deletionCost: input.podDeletionCost !== false };
  return podsToDelete(pods, related, input.diff ?? input.from - input.to, options);
}

function statusOf(input: any) {
  const labels = { name: 'rs' };
  const replicaSet = {
    replicas: input.specReplicas,
    minReadySeconds: input.minReadySeconds ?? 0,
    template: { labels: input.templateLabels ?? labels },
  };
  const pods = input.pods.map((pod: any) => ({
    ...readiness(pod),
    phase: pod.phase ?? 'Running',
    deletionMs: deletionOf(pod),
    template: { labels: pod.labels ?? (pod.fullyLabeled === false ? {} : replicaSet.template.labels) },
  }));
  const active = activePods<(typeof pods)[number]>(pods);
  return { active, counts: countPods(replicaSet, active, terminatingPods(pods).length, NOW_MS), replicaSet };
}

function calculateStatus(input: any): unknown {
  const { counts } = statusOf(input);
  const reported = input.terminatingGate === true && input.statusTerminating !== false;
  return {
    replicas: counts.replicas,
    fullyLabeled: counts.fullyLabeledReplicas,
    ready: counts.readyReplicas,
    available: counts.availableReplicas,
    terminating: reported ? counts.terminatingReplicas : null,
  };
}

function syncAvailability(input: any): unknown {
  const { active, counts, replicaSet } = statusOf(input);
  const checkMs = nextReplicaSetCheck(counts, active, replicaSet.minReadySeconds, NOW_MS, NOW_MS);
  return {
    ready: counts.readyReplicas,
    available: counts.availableReplicas,
    requeueAfterSeconds: seconds(checkMs),
  };
}

function seconds(durationMs: number | null | undefined): number | null {
  return typeof durationMs === 'number' ? durationMs / 1000 : null;
}

function runBatches(count: number, initialBatch: number, succeed: number): BatchResult {
  let call = 0;
  let result: BatchResult | undefined;
  slowStartBatch(
    count,
    initialBatch,
    (report) => {
      call += 1;
      report(call <= succeed ? null : 'refused');
    },
    (outcome) => {
      result = outcome;
    },
  );
  if (result === undefined) throw new Error('the batches did not end');
  return result;
}

function burstSync(input: any): unknown {
  const perSync: number[] = [];
  let pods = input.from;
  while (pods !== input.to) {
    const { create, remove } = replicaDifference(pods, input.to, input.burstReplicas);
    perSync.push(create + remove);
    pods += create - remove;
  }
  return { perSync };
}

/** A selector for items that only say whether they match. */
const SELECTOR = { match: 'yes' };

function podFilters(input: any): unknown {
  const items: any[] = input.items.map((item: any, index: number) =>
    item === null
      ? null
      : {
          index,
          phase: item.phase ?? '',
          deletionMs: deletionOf(item),
          replicas: item.replicas,
          owner: { kind: 'ReplicaSet', name: ownerOf(item) },
          template: { labels: item.labels ?? (item.matches === true ? SELECTOR : {}) },
        },
  );
  const kept = (): { index: number }[] => {
    switch (input.filter) {
      case 'active':
        return activePods(items);
      case 'terminating':
        return terminatingPods(items);
      case 'activeReplicaSets':
        return activeReplicaSets(items);
      case 'claimed':
        return claimedPods({ kind: 'ReplicaSet', name: 'owner' }, input.selector ?? SELECTOR, items);
      default:
        throw new Error(`no filter ${input.filter}`);
    }
  };
  return { kept: kept().map(({ index }) => index) };
}

function ownerOf(item: any): string {
  return item.controlled === true ? 'owner' : (item.owner ?? '');
}

function replacePods(input: any): unknown {
  const pods = input.pods.map((pod: any) => ({ phase: pod.phase ?? 'Running', deletionMs: deletionOf(pod) }));
  const { create } = replicaDifference(activePods(pods).length, input.replicas);
  return { newPods: create, total: pods.length + create };
}

export const bindings: Record<string, (input: any) => unknown> = {
  'ActivePods.sort': (input) => {
    const ranked = input.pods.map((pod: any) => ({ pod: candidate(pod), rank: 0 }));
    const sorted = sortForDeletion<Candidate>(ranked, { nowMs: null, deletionCost: false });
    return { order: sorted.map(({ id }) => id) };
  },
  'ActivePodsWithRanks.equal': compareRanked,
  'ActivePodsWithRanks.less': compareRanked,
  getPodsToDelete: (input) => ({ order: chosenForDeletion(input).map(({ id }) => id) }),
  scaleDownByCost: (input) => {
    const deleted = new Set(chosenForDeletion(input).map(({ id }) => id));
    return { remaining: input.pods.map((pod: any) => pod.id).filter((id: string) => !deleted.has(id)) };
  },
  IsPodAvailable: (input) => ({
    available: isPodAvailable(readiness(input), input.minReadySeconds, NOW_MS),
  }),
  IsPodTerminal: (input) => ({ terminal: isTerminalPhase(input.phase) }),
  nextPodAvailabilityCheck: (input) => ({
    seconds: seconds(nextPodAvailabilityCheck(readiness(input), input.minReadySeconds, NOW_MS)),
  }),
  findMinNextPodAvailabilitySimpleCheck: (input) => {
    const pods: PodReadiness[] = input.pods.map(readiness);
    const soonest = soonestPodAvailability(pods, input.minReadySeconds, NOW_MS);
    return {
      seconds: seconds(soonest?.delayMs),
      podIndex: soonest === null ? null : pods.indexOf(soonest.pod),
    };
  },
  FindMinNextPodAvailabilityCheck: (input) => {
    const laterMs = NOW_MS + (input.statusDelaySeconds ?? 0) * 1000;
    const pods = input.pods.map(readiness);
    return { seconds: seconds(nextAvailabilityCheck(pods, input.minReadySeconds, NOW_MS, laterMs)) };
  },
  calculateStatus,
  calculateStatusCondition: (input) => ({
    reason: replicaFailureReason(
      input.hadFailureCondition === true ? '' : null,
      input.manageError === true,
      input.activePods,
      input.replicas,
    ),
  }),
  'syncReplicaSet.availability': syncAvailability,
  slowStartBatch: (input) => {
    const { calls, successes, error } = runBatches(input.count, input.initialBatch ?? 1, input.succeed);
    return { successes, calls, failed: error !== null };
  },
  burstSync,
  createFailures: (input) => {
    const { calls, successes } = runBatches(input.want, 1, input.succeed);
    return { created: successes, callsAtMost: calls };
  },
  podFilters,
  replacePods,
};
