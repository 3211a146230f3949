/**
 * The engineer of the scenario: makes its changes one at a time, each at its time or once the one before has
 * reached what it waits for, through kubectl's own operations.
 */
import { appliedBy } from '../scenario/applied-objects.ts';
import type { Simulation } from '../kernel/simulation.ts';
import type { TimeMs } from '../kernel/time.ts';
import type { Change, Job, KubernetesObject } from '../scenario/scenario.ts';
import type { ApiClient, ApiServer } from './cluster/api-server.ts';
import type { ClusterContext } from './cluster/cluster-context.ts';
import type { Informer } from './cluster/informer.ts';
import { apply, pause, restart, resume, rolloutStatus, scale, undo } from './cluster/kubectl.ts';
import type { Timeline } from './timeline.ts';

/** How far a change has come; `timed`: its time is known; `given-up`: refused, or it will never reach what it waits for. */
type Progress = 'ahead' | 'timed' | 'begun' | 'waiting' | 'reached' | 'given-up';

export class ChangeRunner {
  readonly #changes: readonly Change[];
  readonly #progress: Progress[];
  readonly #simulation: Simulation;
  readonly #timeline: Timeline;
  readonly #api: ApiServer;
  readonly #client: ApiClient;
  readonly #deployments: Informer<'Deployment'>;
  readonly #jobs: Informer<'Job'>;
  /** Due changes that wait for the command under way to be answered. */
  readonly #due: number[] = [];
  /** Of each waiting change: the version of its Deployment from which on what the watch says is about it. */
  readonly #fromVersion = new Map<number, number>();
  #busy = false;

  constructor(context: ClusterContext, changes: readonly Change[]) {
    this.#changes = changes;
    this.#progress = changes.map(() => 'ahead');
    this.#simulation = context.simulation;
    this.#timeline = context.timeline;
    this.#api = context.api;
    this.#client = context.api.client('kubectl', 50, 300);
    const look = (): void => {
      this.#look();
    };
    this.#deployments = context.api.watch('Deployment', 'kubectl', {
      changed: look,
      // Whoever waits for a rollout waits on for as long as that is under way.
      concerns: (deployment) => deployment !== null && rolloutStatus(deployment).done,
    });
    this.#jobs = context.api.watch('Job', 'kubectl', { changed: look });
    changes.forEach(({ start }, index) => {
      // A fixed time starts whether or not the change before it has reached what it waits for.
      if (start.kind === 'at') this.#schedule(index, start.timeMs);
    });
    if (changes[0]?.start.kind === 'after') this.#follow(-1);
  }

  /** Whether nothing more will be changed: each change has reached what it waits for, or never will. */
  get finished(): boolean {
    let broken = false;
    return this.#changes.every(({ start }, index) => {
      const progress = this.#progress[index];
      if (progress !== 'ahead') broken = progress === 'given-up';
      return progress === 'reached' || progress === 'given-up' || (broken && start.kind === 'after');
    });
  }

  /** Whether a change will be made, or is being made, whatever happens until then. */
  get moreToCome(): boolean {
    return this.#progress.some((progress) => progress === 'timed' || progress === 'begun');
  }

  #schedule(index: number, timeMs: TimeMs): void {
    this.#progress[index] = 'timed';
    this.#simulation.at(timeMs, () => {
      this.#due.push(index);
      this.#next();
    });
  }

  #follow(index: number): void {
    const next = this.#changes[index + 1];
    if (next?.start.kind === 'after') this.#schedule(index + 1, this.#simulation.nowMs + next.start.delayMs);
  }

  /** One engineer, one command at a time. */
  #next(): void {
    if (this.#busy) return;
    const index = this.#due.shift();
    const change = index === undefined ? undefined : this.#changes[index];
    if (index === undefined || change === undefined) return;
    this.#busy = true;
    this.#progress[index] = 'begun';
    this.#carryOut(change, (refusal) => {
      const object = `change/${index + 1}`;
      this.#timeline.note('change-applied', object, { detail: refusal ?? describeChange(change) });
      this.#progress[index] = refusal === null ? 'waiting' : 'given-up';
      // `kubectl rollout status` lists before it watches: what a cache still holds from before says nothing.
      const stored = this.#api.read('Deployment', deploymentOf(change) ?? '');
      this.#fromVersion.set(index, stored?.resourceVersion ?? 0);
      this.#busy = false;
      this.#look();
      this.#next();
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
    this.#changes.forEach((change, index) => {
      if (this.#progress[index] !== 'waiting') return;
      this.#progress[index] = this.#progressOf(change, index);
      if (this.#progress[index] !== 'reached') return;
      this.#timeline.note('change-reached', `change/${index + 1}`);
      this.#follow(index);
    });
  }

  #progressOf(change: Change, index: number): Progress {
    switch (change.waitFor) {
      case 'applied':
        return 'reached';
      case 'rollout/complete': {
        const deployment = this.#deployments.get(deploymentOf(change) ?? '');
        if (deployment === undefined) return 'waiting';
        const isAbout = deployment.resourceVersion >= (this.#fromVersion.get(index) ?? 0);
        return isAbout && rolloutStatus(deployment).done ? 'reached' : 'waiting';
      }
      case 'job/complete': {
        const conditions = appliedJobs(change).map((job) => this.#jobs.get(job.name)?.status.condition);
        if (conditions.includes('Failed')) return 'given-up';
        return conditions.every((condition) => condition === 'Complete') ? 'reached' : 'waiting';
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
          // kubectl keeps no cache between commands: it reads what is stored.
          { get: (name) => this.#api.read('Deployment', name) },
          [...this.#api.readAll('ReplicaSet').values()],
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

function appliedJobs(change: Change): Job[] {
  return appliedBy(change).filter((object) => object.kind === 'Job');
}

function deploymentOf({ action }: Change): string | null {
  if (action.kind !== 'apply') return action.deployment;
  return action.objects.find((object) => object.kind === 'Deployment')?.name ?? null;
}

function describeChange({ action }: Change): string {
  if (action.kind !== 'apply') return `${action.kind} deployment/${action.deployment}`;
  return `apply ${action.objects.map((object) => `${object.kind.toLowerCase()}/${object.name}`).join(', ')}`;
}
