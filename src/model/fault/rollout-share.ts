/** Waits for a point of a rollout: a share of the Deployment's pods that are of its new template and available. */
import type { ClusterContext } from '../cluster/cluster-context.ts';
import { findNewReplicaSet } from '../cluster/deployment/replica-set-choice.ts';

/** Calls `reached` once, in the first rollout that gets so far. @param share in [0, 1]; 0: as it begins */
export function onRolloutShare(
  { api, timeline }: ClusterContext,
  deployment: string,
  share: number,
  reached: () => void,
): void {
  let state: 'ahead' | 'rolling' | 'reached' = 'ahead';
  const look = (): void => {
    if (state !== 'rolling' || updatedShare() < share) return;
    state = 'reached';
    reached();
  };
  const updatedShare = (): number => {
    const object = api.read('Deployment', deployment);
    if (object === undefined || object.replicas === 0) return 0;
    const sets = [...api.readAll('ReplicaSet').values()].filter((set) => set.deployment === deployment);
    const available = findNewReplicaSet(object.template, sets)?.status.availableReplicas ?? 0;
    return available / object.replicas;
  };
  timeline.onNote(({ kind, object }) => {
    if (object !== `deployment/${deployment}` || state === 'reached') return;
    if (kind === 'rollout-started') state = 'rolling';
    if (kind === 'rollout-started' || kind === 'rollout-complete') look();
  });
  api.observe((object) => {
    if (state === 'rolling' && object?.kind === 'ReplicaSet' && object.deployment === deployment) look();
  });
}
