/**
 * The disruption controller: keeps the status of every PodDisruptionBudget, from which the Eviction API takes what it
 * grants (R-PDB-2). Nothing else asks for it (R-PDB-1), so that a world without evictions has none.
 */
import type { ApiClient } from './api-server.ts';
import type { ClusterContext } from './cluster-context.ts';
import type { Informer } from './informer.ts';
import {
  budgetCounts,
  DELETION_TIMEOUT_MS,
  pendingDisruptions,
  type BudgetPod,
} from './disruption/budget-status.ts';
import { selects, type BudgetStatus, type PodDisruptionBudgetObject, type PodObject } from './objects.ts';
import { retryingQueue } from './retrying-queue.ts';
import type { WorkQueue } from './work-queue.ts';

const NAME = 'disruption-controller';
const WORKERS = 1;

export class DisruptionController {
  readonly #context: ClusterContext;
  readonly #client: ApiClient;
  readonly #queue: WorkQueue;
  readonly #budgets: Informer<'PodDisruptionBudget'>;
  readonly #pods: Informer<'Pod'>;
  readonly #replicaSets: Informer<'ReplicaSet'>;
  readonly #deployments: Informer<'Deployment'>;

  constructor(context: ClusterContext) {
    const { api } = context;
    this.#context = context;
    this.#client = api.client(NAME, 20, 30);
    this.#queue = retryingQueue(context, NAME, WORKERS, (key, finish) => {
      this.#reconcile(key, finish);
    });
    this.#budgets = api.watch('PodDisruptionBudget', NAME, {
      changed: (budget) => {
        this.#queue.add(budget.name);
      },
    });
    const podChanged = (pod: PodObject): void => {
      for (const budget of this.#budgets.list()) {
        if (budgetCovers(budget, pod)) this.#queue.add(budget.name);
      }
    };
    this.#pods = api.watch('Pod', NAME, { changed: podChanged, removed: podChanged });
    this.#replicaSets = api.watch('ReplicaSet', NAME);
    this.#deployments = api.watch('Deployment', NAME);
  }

  /** Writes the statuses of the settled state: what the controller would have written long before time 0. */
  settle(): void {
    const { api, simulation } = this.#context;
    for (const budget of this.#budgets.list()) {
      const status = this.#statusOf(budget, this.#pods.list(), simulation.nowMs);
      api.seed<'PodDisruptionBudget'>({ ...budget, status }, budget.createdMs);
    }
  }

  #reconcile(name: string, finish: (succeeded: boolean) => void): void {
    const budget = this.#budgets.get(name);
    if (budget === undefined) {
      finish(true);
      return;
    }
    const { nowMs } = this.#context.simulation;
    const status = this.#statusOf(budget, this.#pods.list(), nowMs);
    this.#lookAgain(name, status, nowMs);
    if (equalStatus(status, budget.status)) {
      finish(true);
      return;
    }
    this.#client.update(
      'PodDisruptionBudget',
      name,
      // An eviction may have been granted since: the sync is then done again on what is stored.
      (current) => (current.resourceVersion === budget.resourceVersion ? { ...current, status } : null),
      (result) => {
        finish(result.ok);
      },
    );
  }

  /** A granted eviction whose deletion never came is forgotten in time. */
  #lookAgain(name: string, { disruptedPods }: BudgetStatus, nowMs: number): void {
    const granted = Object.values(disruptedPods);
    if (granted.length > 0)
      this.#queue.addAfter(name, Math.min(...granted) + DELETION_TIMEOUT_MS + 1 - nowMs);
  }

  #statusOf(budget: PodDisruptionBudgetObject, all: readonly PodObject[], nowMs: number): BudgetStatus {
    const pods = all.filter((pod) => budgetCovers(budget, pod)).map((pod) => this.#budgetPod(pod));
    const disruptedPods = pendingDisruptions(budget.status.disruptedPods, pods, nowMs);
    return {
      ...budgetCounts(budget.manifest, pods, disruptedPods, nowMs),
      observedGeneration: budget.generation,
      disruptedPods,
    };
  }

  #budgetPod(pod: PodObject): BudgetPod {
    const { name, ready, deletionMs } = pod;
    return { name, ready, terminating: deletionMs !== null, owner: this.#ownerOf(pod) };
  }

  /** The scale of a Deployment stands for its ReplicaSets'; a Job has none that could be asked for. */
  #ownerOf({ owner }: PodObject): BudgetPod['owner'] {
    if (owner.kind === 'Job') return null;
    const replicaSet = this.#replicaSets.get(owner.name);
    if (replicaSet === undefined) return null;
    if (replicaSet.deployment === null) {
      return { key: `replicaset/${replicaSet.name}`, scale: replicaSet.replicas };
    }
    const deployment = this.#deployments.get(replicaSet.deployment);
    if (deployment === undefined) return null;
    return { key: `deployment/${deployment.name}`, scale: deployment.replicas };
  }
}

/** An empty selector selects every pod of the namespace, unlike a Service's. */
export function budgetCovers({ manifest }: PodDisruptionBudgetObject, { template }: PodObject): boolean {
  return Object.keys(manifest.selector).length === 0 || selects(manifest.selector, template.labels);
}

function equalStatus(a: BudgetStatus, b: BudgetStatus): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
