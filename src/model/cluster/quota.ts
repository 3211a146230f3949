/**
 * Admission by ResourceQuota (R-DEP-24): a pod that would take its namespace over a limit is refused. What a
 * terminating pod holds is free only when its object is gone, or long past its grace period.
 */
import { SECOND_MS, type TimeMs } from '../../kernel/time.ts';
import type { Container, Resources, ResourceQuota } from '../../scenario/scenario.ts';
import type { Admission } from './api-server.ts';
import type { ClusterContext } from './cluster-context.ts';
import type { PodObject } from './objects.ts';
import { requestsOf } from './pod-resources.ts';
import { isTerminalPhase } from './replica-set/pod-filters.ts';

type Amounts = Readonly<Record<ResourceName, number>>;

const RESOURCES = ['pods', 'requests.cpu', 'requests.memory'] as const;
type ResourceName = (typeof RESOURCES)[number];

/**
 * Checks each new pod against every stored ResourceQuota. The use of a quota is taken from what is stored at
 * that instant; a cluster's quota controller notices a removal some 50 ms later.
 */
export function quotaAdmission({ api, simulation }: Pick<ClusterContext, 'api' | 'simulation'>): Admission {
  return (pod, stored) => {
    for (const { manifest } of api.readAll('ResourceQuota').values()) {
      const refusal =
        missingRequests(pod, manifest) ?? exceededQuota(pod, stored, manifest, simulation.nowMs);
      if (refusal !== null) return refusal;
    }
    return null;
  };
}

/** A quota on requests obliges every container to have one. */
function missingRequests(pod: PodObject, quota: ResourceQuota): string | null {
  const containers = [...pod.template.containers, ...pod.template.initContainers];
  const without = (name: ResourceName, requested: (requests: Resources) => number): string[] => {
    if (limitsOf(quota)[name] === null) return [];
    const missing = containers.filter((container: Container) => requested(container.requests) === 0);
    return missing.length === 0
      ? []
      : [`${name} for: ${missing.map((container) => container.name).join(',')}`];
  };
  const parts = [
    ...without('requests.cpu', (requests) => requests.cpuMilli),
    ...without('requests.memory', (requests) => requests.memoryBytes),
  ];
  return parts.length === 0 ? null : `failed quota: ${quota.name}: must specify ${parts.join('; ')}`;
}

function exceededQuota(
  pod: PodObject,
  stored: ReadonlyMap<string, PodObject>,
  quota: ResourceQuota,
  nowMs: TimeMs,
): string | null {
  const limits = limitsOf(quota);
  const requested = amountsOf(pod);
  const used: Record<ResourceName, number> = { pods: 0, 'requests.cpu': 0, 'requests.memory': 0 };
  for (const other of stored.values()) {
    if (!isCharged(other, nowMs)) continue;
    const amounts = amountsOf(other);
    for (const name of RESOURCES) used[name] += amounts[name];
  }
  const exceeded = RESOURCES.filter((name) => used[name] + requested[name] > (limits[name] ?? Infinity));
  if (exceeded.length === 0) return null;
  const list = (amounts: Readonly<Record<ResourceName, number | null>>): string =>
    exceeded.map((name) => `${name}=${formatAmount(name, amounts[name] ?? 0)}`).join(',');
  return `exceeded quota: ${quota.name}, requested: ${list(requested)}, used: ${list(used)}, limited: ${list(limits)}`;
}

function limitsOf(quota: ResourceQuota): Record<ResourceName, number | null> {
  return {
    pods: quota.pods,
    'requests.cpu': quota.requestsCpuMilli,
    'requests.memory': quota.requestsMemoryBytes,
  };
}

function amountsOf(pod: PodObject): Amounts {
  const { cpuMilli, memoryBytes } = requestsOf(pod.template);
  return { pods: 1, 'requests.cpu': cpuMilli, 'requests.memory': memoryBytes };
}

/** A pod that is stuck terminating (on a dead node) is let off after its grace period has passed twice. */
function isCharged(pod: PodObject, nowMs: TimeMs): boolean {
  if (isTerminalPhase(pod.phase)) return false;
  if (pod.deletionMs === null) return true;
  return nowMs <= pod.deletionMs + 2 * (pod.deletionGraceSeconds ?? 0) * SECOND_MS;
}

/** As Kubernetes prints quantities: `2`, `500m`, `64Mi`. */
function formatAmount(name: ResourceName, amount: number): string {
  if (name === 'pods') return String(amount);
  if (name === 'requests.cpu') return amount % 1000 === 0 ? String(amount / 1000) : `${amount}m`;
  let value = amount;
  let suffix = '';
  for (const next of ['Ki', 'Mi', 'Gi', 'Ti']) {
    if (value === 0 || value % 1024 !== 0) break;
    value /= 1024;
    suffix = next;
  }
  return `${value}${suffix}`;
}
