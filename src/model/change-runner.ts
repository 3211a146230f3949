/**
 * The engineer of the scenario: applies its changes in order, each at its time or once the one before has
 * reached what it waits for, through kubectl's own operations.
 */
import type { Simulation } from '../kernel/simulation.ts';
import type { Change, Job, KubernetesObject } from '../scenario/scenario.ts';
import type { ApiClient, Informer } from './cluster/api-server.ts';
import type { ClusterContext } from './cluster/cluster-context.ts';
import { apply, pause, restart, resume, rolloutStatus, scale, undo } from './cluster/kubectl.ts';
import type { Timeline } from './timeline.ts';

export class ChangeRunner {
  readonly #changes: readonly Change[];
  readonly #simulation: Simulation;
  readonly #timeline: Timeline;
  readonly #client: ApiClient;
  readonly #deployments: Informer<'Deployment'>;
  readonly #replicaSets: Informer<'ReplicaSet'>;
  readonly #jobs: Informer<'Job'>;
  #waiting: { readonly index: number; readonly reached: () => boolean } | null = null;
  #done = 0;
  #failed = false;

  constructor(context: ClusterContext, changes: readonly Change[]) {
    this.#changes = changes;
    this.#simulation = context.simulation;
    this.#timeline = context.timeline;
    this.#client = context.api.client('kubectl', 50, 300);
    const look = (): void => {
      this.#look();
    };
    this.#deployments = context.api.watch('Deployment', 'kubectl', { changed: look });
    this.#replicaSets = context.api.watch('ReplicaSet', 'kubectl');
    this.#jobs = context.api.watch('Job', 'kubectl', { changed: look });
    this.#schedule(0);
  }

  /** Whether nothing more will be changed: all done, or one did not reach what it waits for and never will. */
  get finished(): boolean {
    return this.#failed || this.#done === this.#changes.length;
  }

  #schedule(index: number): void {
    const change = this.#changes[index];
    if (change === undefined) return;
    const begin = (): void => {
      this.#begin(index, change);
    };
    if (change.start.kind === 'after') this.#simulation.after(change.start.delayMs, begin);
    else this.#simulation.at(change.start.timeMs, begin);
  }

  #begin(index: number, change: Change): void {
    this.#carryOut(change, (refusal) => {
      const object = `change/${index + 1}`;
      this.#timeline.note('change-applied', object, { detail: refusal ?? describeChange(change) });
      if (refusal !== null) {
        this.#failed = true;
        return;
      }
      this.#waiting = { index, reached: () => this.#hasReached(change) };
      // A fixed time starts whether or not the change before it has reached what it waits for.
      if (this.#changes[index + 1]?.start.kind === 'at') this.#schedule(index + 1);
      this.#look();
    });
  }

  /** `kubectl apply -f`: one object after another, as the files are given. */
  #applyInTurn(
    objects: readonly KubernetesObject[],
    next: number,
    done: (refusal: string | null) => void,
  ): void {
    const object = objects[next];
    if (object === undefined) {
      done(null);
      return;
    }
    apply(this.#client, object, (refusal) => {
      if (refusal === null) this.#applyInTurn(objects, next + 1, done);
      else done(refusal);
    });
  }

  #look(): void {
    const waiting = this.#waiting;
    if (waiting === null || !waiting.reached()) return;
    this.#waiting = null;
    this.#done = waiting.index + 1;
    this.#timeline.note('change-reached', `change/${waiting.index + 1}`);
    if (this.#changes[waiting.index + 1]?.start.kind === 'after') this.#schedule(waiting.index + 1);
  }

  #hasReached(change: Change): boolean {
    switch (change.waitFor) {
      case 'applied':
        return true;
      case 'rollout/complete': {
        const name = deploymentOf(change);
        const deployment = name === null ? undefined : this.#deployments.get(name);
        return deployment !== undefined && rolloutStatus(deployment).done;
      }
      case 'job/complete': {
        const jobs = appliedJobs(change).map((job) => this.#jobs.get(job.name));
        if (jobs.some((job) => job?.status.condition === 'Failed')) this.#failed = true;
        return jobs.every((job) => job?.status.condition === 'Complete');
      }
    }
  }

  #carryOut(change: Change, done: (refusal: string | null) => void): void {
    const { action } = change;
    switch (action.kind) {
      case 'apply':
        this.#applyInTurn(action.objects, 0, done);
        return;
      case 'undo':
        undo(
          this.#client,
          this.#deployments,
          this.#replicaSets.list(),
          action.deployment,
          action.toRevision,
          done,
        );
        return;
      case 'pause':
        pause(this.#client, action.deployment, done);
        return;
      case 'resume':
        resume(this.#client, action.deployment, done);
        return;
      case 'restart':
        restart(this.#client, action.deployment, done);
        return;
      case 'scale':
        scale(this.#client, action.deployment, action.replicas, done);
    }
  }
}

function appliedObjects(change: Change): readonly KubernetesObject[] {
  return change.action.kind === 'apply' ? change.action.objects : [];
}

function appliedJobs(change: Change): Job[] {
  return appliedObjects(change).filter((object) => object.kind === 'Job');
}

function deploymentOf({ action }: Change): string | null {
  if (action.kind !== 'apply') return action.deployment;
  return action.objects.find((object) => object.kind === 'Deployment')?.name ?? null;
}

function describeChange({ action }: Change): string {
  if (action.kind !== 'apply') return `${action.kind} deployment/${action.deployment}`;
  return `apply ${action.objects.map((object) => `${object.kind.toLowerCase()}/${object.name}`).join(', ')}`;
}
