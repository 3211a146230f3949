/** The taints that stand for a node's conditions (R-NOD-5). Pure functions. */
import type { ReadyStatus } from './node-health.ts';

export const UNREACHABLE = 'node.kubernetes.io/unreachable';
const NOT_READY = 'node.kubernetes.io/not-ready';

const PRESSURES: Readonly<Record<string, string>> = {
  MemoryPressure: 'node.kubernetes.io/memory-pressure',
  DiskPressure: 'node.kubernetes.io/disk-pressure',
  PIDPressure: 'node.kubernetes.io/pid-pressure',
  NetworkUnavailable: 'node.kubernetes.io/network-unavailable',
};

/** Keys of the NoSchedule taints, in the order of the conditions. @param conditions status by type */
export function noScheduleTaintKeys(conditions: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(conditions).flatMap(([type, status]) => {
    if (type === 'Ready') return readyTaintKey(status as ReadyStatus) ?? [];
    return status === 'True' ? (PRESSURES[type] ?? []) : [];
  });
}

/** Key of the NoExecute taint; null: none. */
export function readyTaintKey(ready: ReadyStatus | null): string | null {
  if (ready === 'Unknown') return UNREACHABLE;
  return ready === 'False' ? NOT_READY : null;
}
