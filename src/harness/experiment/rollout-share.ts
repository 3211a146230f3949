/** Waits for a point of a rollout: a share of a Deployment's pods that are of its new template and available. */
import type { ClusterState } from '../kubernetes/cluster-state.ts';
import { controllerOf, type LiveReplicaSet } from '../kubernetes/live-objects.ts';
import { revisionOf } from '../kubernetes/kubectl.ts';

export class RolloutShares {
  readonly #state: ClusterState;
  /** Templates as they stood at time 0. */
  readonly #templates = new Map<string, string>();

  /** To be made at time 0. */
  constructor(state: ClusterState) {
    this.#state = state;
    for (const { metadata, spec } of state.all('Deployment'))
      this.#templates.set(metadata.name, JSON.stringify(spec.template));
  }

  /** @param share in [0, 1]; 0: as the first rollout begins. Never ends when no rollout gets so far; rejects with the signal */
  async reach(deployment: string, share: number, signal: AbortSignal): Promise<void> {
    await this.#state.until(() => this.shareOf(deployment) >= share, signal);
  }

  /** Below 0 before the first rollout. */
  shareOf(name: string): number {
    const live = this.#state.get('Deployment', name);
    if (live === null || JSON.stringify(live.spec.template) === this.#templates.get(name)) return -1;
    // Until the controller has seen the new template, the newest ReplicaSet is the old one.
    if ((live.status.observedGeneration ?? 0) < (live.metadata.generation ?? 0)) return 0;
    const { replicas = 1 } = live.spec;
    return replicas === 0 ? 0 : (this.#newest(name)?.status.availableReplicas ?? 0) / replicas;
  }

  #newest(deployment: string): LiveReplicaSet | undefined {
    return this.#state
      .all('ReplicaSet')
      .filter((replicaSet) => controllerOf(replicaSet, 'Deployment') === deployment)
      .sort((a, b) => revisionOf(b) - revisionOf(a))[0];
  }
}
