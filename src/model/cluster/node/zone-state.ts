/** How disrupted a zone is, and how fast its nodes may be tainted for it (R-NOD-5). Pure functions. */

export type ZoneState = 'Normal' | 'PartialDisruption' | 'FullDisruption';

/** From this share of unready nodes on, if there are more than two, a zone is partially disrupted. */
const UNHEALTHY_SHARE = 0.55;
const UNREADY_NODES = 2;
const EVICTION_RATE_PER_SECOND = 0.1;
const SECONDARY_RATE_PER_SECOND = 0.01;
const LARGE_CLUSTER_NODES = 50;

/** @param ready whether each node of the zone is Ready */
export function zoneState(ready: readonly boolean[]): ZoneState {
  const unready = ready.filter((isReady) => !isReady).length;
  if (unready > 0 && unready === ready.length) return 'FullDisruption';
  const partial = unready > UNREADY_NODES && unready / ready.length >= UNHEALTHY_SHARE;
  return partial ? 'PartialDisruption' : 'Normal';
}

/** Nodes per second that may get the NoExecute taint; 0: none does. */
export function taintRatePerSecond(state: ZoneState, nodesInZone: number): number {
  if (state !== 'PartialDisruption') return EVICTION_RATE_PER_SECOND;
  return nodesInZone > LARGE_CLUSTER_NODES ? SECONDARY_RATE_PER_SECOND : 0;
}

/** With every zone down, the fault is taken to be the control plane's own: nothing is tainted. */
export function isWholeClusterDown(states: readonly ZoneState[]): boolean {
  return states.length > 0 && states.every((state) => state === 'FullDisruption');
}
