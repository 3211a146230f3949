/** Node health, taints, cordon and drain (node-lifecycle.json). */
import { setUnschedulable } from '../../../src/model/cluster/drain/drain.ts';
import {
  DEFAULT_FLAGS,
  drainDecision,
  removalMethod,
  skipDeleted,
  type DrainFilter,
} from '../../../src/model/cluster/drain/pod-filters.ts';
import { noScheduleTaintKeys, readyTaintKey } from '../../../src/model/cluster/node/condition-taints.ts';
import { marksNewPod, NodeHealth, type ReadyStatus } from '../../../src/model/cluster/node/node-health.ts';
import {
  evictAfterSeconds,
  evictionAfterChange,
  minTolerationSeconds,
  type TimedToleration,
} from '../../../src/model/cluster/node/toleration-time.ts';
import { zoneState, type ZoneState } from '../../../src/model/cluster/node/zone-state.ts';
import type { PodPhase } from '../../../src/model/cluster/objects.ts';
import { testCluster } from '../../unit/model/cluster/test-cluster.ts';

const SECOND_MS = 1000;

interface Toleration extends TimedToleration {
  readonly taint: number;
}

interface Tainted {
  readonly taints: readonly number[];
  readonly tolerations: readonly Toleration[];
}

function tolerationsByTaint({ taints, tolerations }: Tainted): readonly (readonly Toleration[])[] {
  return taints.map((taint) => tolerations.filter((toleration) => toleration.taint === taint));
}

function taintEviction(row: Tainted & { readonly scheduled: boolean }): unknown {
  return { evictAfterSeconds: row.scheduled ? evictAfterSeconds(tolerationsByTaint(row)) : null };
}

function taintEvictionChange(row: {
  readonly before: Tainted;
  readonly after: Tainted;
  readonly timerRunning: boolean;
}): unknown {
  const running = row.timerRunning ? evictAfterSeconds(tolerationsByTaint(row.before)) : null;
  return { evictAfterSeconds: evictionAfterChange(running, tolerationsByTaint(row.after)) };
}

function getMinTolerationTime(row: { readonly tolerationSeconds: readonly (number | null)[] }): unknown {
  return { seconds: minTolerationSeconds(row.tolerationSeconds.map((seconds) => ({ seconds }))) };
}

interface ZoneNode {
  readonly zone: string;
  readonly excluded?: boolean;
  readonly first: ReadyStatus | null;
  readonly second: ReadyStatus | null;
  readonly fresh: boolean;
}

/** Two looks an hour apart. */
function zoneStates({ nodes }: { readonly nodes: readonly ZoneNode[] }): unknown {
  const hourMs = 3600 * SECOND_MS;
  const looks = nodes.map(({ first, second, fresh }) => {
    const health = new NodeHealth(50 * SECOND_MS, 60 * SECOND_MS, -1e12);
    const one = health.look(0, { ready: first, heartbeatMs: first === null ? null : 0, leaseMs: null });
    const heartbeatMs = second === null ? null : fresh ? hourMs : 0;
    const two = health.look(hourMs, { ready: second, heartbeatMs, leaseMs: null });
    return [one.ready === 'True', two.ready === 'True'] as const;
  });
  const statesAt = (pass: 0 | 1): Record<string, ZoneState> => {
    const states: Record<string, ZoneState> = {};
    for (const zone of new Set(nodes.map((node) => node.zone))) {
      const ready = nodes.flatMap((node, index) =>
        node.zone === zone && node.excluded !== true ? [looks[index]?.[pass] ?? false] : [],
      );
      states[zone] = zoneState(ready);
    }
    return states;
  };
  return { first: statesAt(0), second: statesAt(1) };
}

function monitorNodeHealth(row: {
  readonly graceSeconds: number;
  readonly startupGraceSeconds: number;
  readonly createdSecondsAgo: number;
  readonly passes: readonly {
    readonly at: number;
    readonly ready: ReadyStatus | null;
    readonly heartbeatAt: number | null;
    readonly leaseAt: number | null;
  }[];
}): unknown {
  const firstMs = (row.passes[0]?.at ?? 0) * SECOND_MS;
  const health = new NodeHealth(
    row.graceSeconds * SECOND_MS,
    row.startupGraceSeconds * SECOND_MS,
    firstMs - row.createdSecondsAgo * SECOND_MS,
  );
  const ms = (seconds: number | null): number | null => (seconds === null ? null : seconds * SECOND_MS);
  let last: { ready: ReadyStatus | null; reason: string | null } = { ready: null, reason: null };
  let podsMarkedNotReady = false;
  for (const { at, ready, heartbeatAt, leaseAt } of row.passes) {
    const look = health.look(at * SECOND_MS, { ready, heartbeatMs: ms(heartbeatAt), leaseMs: ms(leaseAt) });
    last = look;
    podsMarkedNotReady ||= look.marksPodsNotReady;
  }
  return { ready: last.ready, reason: last.reason, podsMarkedNotReady };
}

function processPod(row: { readonly nodeReady: ReadyStatus | null; readonly healthKnown: boolean }): unknown {
  return { podMarkedNotReady: marksNewPod(row.nodeReady, row.healthKnown) };
}

function noScheduleTaints(row: { readonly conditions: Readonly<Record<string, string>> }): unknown {
  return { taints: noScheduleTaintKeys(row.conditions) };
}

function noExecuteTaints(row: { readonly ready: ReadyStatus | null }): unknown {
  return { taint: readyTaintKey(row.ready) };
}

/** On every target in turn; the last word is the first node's. */
function cordon(row: {
  readonly command: 'cordon' | 'uncordon';
  readonly unschedulable: boolean;
  readonly nodeFound: boolean;
  readonly targets: number;
}): unknown {
  const context = testCluster();
  const names = Array.from({ length: row.targets }, (_, index) => `worker-${index + 1}`);
  for (const name of row.nodeFound ? names : []) {
    const { unschedulable } = row;
    context.api.seed<'Node'>({ kind: 'Node', name, unschedulable, taints: [], ready: 'True' }, 0);
  }
  let error = false;
  const client = context.api.client('kubectl', 50, 300);
  for (const name of names) {
    setUnschedulable(context, client, name, row.command === 'cordon', (found) => {
      error ||= !found;
    });
  }
  context.simulation.runUntil(10 * SECOND_MS);
  const node = context.api.read('Node', names[0] ?? '');
  return { unschedulable: node?.unschedulable ?? row.unschedulable, error };
}

function drain(row: {
  readonly pod: {
    readonly owner: string | null;
    readonly phase: PodPhase;
    readonly emptyDir: boolean;
  } | null;
  readonly force: boolean;
  readonly ignoreDaemonsets: boolean;
  readonly deleteEmptyDir: boolean;
  readonly apiFails?: boolean;
}): unknown {
  if (row.pod === null) return { error: false, podRemoved: false };
  const { owner, phase, emptyDir } = row.pod;
  const decision = drainDecision(
    { owner, phase, localStorage: emptyDir, deletedSecondsAgo: null },
    {
      ...DEFAULT_FLAGS,
      force: row.force,
      ignoreDaemonSets: row.ignoreDaemonsets,
      deleteEmptyDirData: row.deleteEmptyDir,
    },
  );
  const removalAttempted = decision === 'drain';
  const fails = row.apiFails === true && removalAttempted;
  return { error: decision === 'error' || fails, podRemoved: removalAttempted && !fails, removalAttempted };
}

function skipDeletedFilter(row: {
  readonly deletedSecondsAgo: number;
  readonly skipWaitForDeleteTimeoutSeconds: number;
}): unknown {
  const deletedSecondsAgo = row.deletedSecondsAgo === 0 ? null : row.deletedSecondsAgo;
  const pod = { owner: null, phase: 'Running', localStorage: false, deletedSecondsAgo } as const;
  const { skipWaitForDeleteTimeoutSeconds } = row;
  return { waitFor: skipDeleted(pod, { ...DEFAULT_FLAGS, skipWaitForDeleteTimeoutSeconds }) === 'drain' };
}

function filterPods(row: { readonly extraFilters: readonly ('skip' | 'okay')[] }): unknown {
  const filters = row.extraFilters.map(
    (result): DrainFilter =>
      () =>
        result === 'okay' ? 'drain' : 'skip',
  );
  const pod = { owner: null, phase: 'Running', localStorage: false, deletedSecondsAgo: null } as const;
  return { kept: drainDecision(pod, DEFAULT_FLAGS, filters) === 'drain' ? 1 : 0 };
}

function deleteOrEvict(row: {
  readonly evictionSupported: boolean;
  readonly disableEviction: boolean;
}): unknown {
  return { method: removalMethod(row.evictionSupported, row.disableEviction), gracePeriodSeconds: 10 };
}

export const bindings: Record<string, (input: any) => unknown> = {
  taintEviction,
  taintEvictionChange,
  getMinTolerationTime,
  zoneStates,
  monitorNodeHealth,
  processPod,
  noScheduleTaints,
  noExecuteTaints,
  cordon,
  drain,
  skipDeletedFilter,
  filterPods,
  deleteOrEvict,
};
