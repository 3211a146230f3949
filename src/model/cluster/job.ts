/**
 * The Job controller (R-APP-1): runs pods to completion, replaces failed ones after a growing delay and gives
 * up at the back-off limit or the deadline.
 */
import { SECOND_MS, truncateToSecond, type DurationMs, type TimeMs } from '../../kernel/time.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { ApiClient } from './api-server.ts';
import type { ClusterContext } from './cluster-context.ts';
import type { Informer } from './informer.ts';
import { JobOutcomes } from './job-outcomes.ts';
import type { JobObject, PodObject } from './objects.ts';
import { sortForDeletion } from './replica-set/deletion-order.ts';
import { Expectations } from './replica-set/expectations.ts';
import { newPod } from './replica-set/new-pod.ts';
import { OwnWrites } from './replica-set/own-writes.ts';
import { activePods, terminatingPods } from './replica-set/pod-filters.ts';
import { PodOrdinals } from './replica-set/pod-ordinals.ts';
import { PodWriter } from './replica-set/pod-writer.ts';
import { BURST_REPLICAS } from './replica-set/replica-difference.ts';
import { slowStartBatch } from './replica-set/slow-start-batch.ts';
import { retryingQueue } from './retrying-queue.ts';
import type { WorkQueue } from './work-queue.ts';

const NAME = 'job-controller';
const WORKERS = 5;
/** Events of pods and status changes are gathered for this long. */
const BATCH_MS: DurationMs = SECOND_MS;

type FailureReason = 'BackoffLimitExceeded' | 'DeadlineExceeded';

/** What the controller keeps of a Job between syncs. */
interface JobState {
  readonly startedMs: TimeMs;
  readonly outcomes: JobOutcomes;
  /** Why the Job has failed; it is marked so once its pods are gone. */
  failure: FailureReason | null;
}

/** What a sync leaves behind. */
interface Managed {
  readonly active: number;
  readonly terminating: number;
  readonly failed: boolean;
}

export class JobController {
  readonly #context: ClusterContext;
  readonly #simulation: Simulation;
  readonly #client: ApiClient;
  readonly #pods: PodWriter;
  readonly #jobCache: Informer<'Job'>;
  readonly #podCache: Informer<'Pod'>;
  readonly #queue: WorkQueue;
  readonly #states = new Map<string, JobState>();
  readonly #batched = new Set<string>();
  readonly #expectations: Expectations = new Expectations();
  readonly #ownWrites: OwnWrites = new OwnWrites();
  readonly #ordinals: PodOrdinals = new PodOrdinals();

  constructor(context: ClusterContext) {
    const { api, simulation, timeline } = context;
    this.#context = context;
    this.#simulation = simulation;
    this.#client = api.client(NAME, 20, 30);
    this.#pods = new PodWriter(simulation, timeline, this.#client);
    this.#queue = retryingQueue(context, NAME, WORKERS, (key, finish) => {
      this.#reconcile(key, finish);
    });
    this.#jobCache = api.watch('Job', NAME, {
      changed: (job, old) => {
        this.#ownWrites.seen('Job', job.resourceVersion);
        if (job.status.condition !== null) return;
        if (old === null || old.generation !== job.generation) this.#queue.add(job.name);
        else this.#addBatched(job.name);
      },
      removed: (job) => {
        this.#states.delete(job.name);
        this.#expectations.forget(job.name);
        this.#ownWrites.forget(job.name);
        this.#queue.add(job.name);
      },
    });
    this.#podCache = api.watch('Pod', NAME, {
      selects: ({ owner }) => owner.kind === 'Job',
      groupOf: ({ owner }) => owner.name,
      changed: (pod, old) => {
        this.#podChanged(pod, old);
      },
      removed: (pod) => {
        this.#podEnded(pod, true);
      },
    });
    simulation.after(0, () => {
      for (const job of this.#jobCache.list()) this.#queue.add(job.name);
    });
  }

  // ---- events

  #podChanged(pod: PodObject, old: PodObject | null): void {
    this.#ownWrites.seen('Pod', pod.resourceVersion);
    if (pod.deletionMs === null && old === null) this.#expectations.creationObserved(pod.owner.name);
    this.#podEnded(pod, false);
  }

  #podEnded(pod: PodObject, gone: boolean): void {
    const key = pod.owner.name;
    if (gone || pod.deletionMs !== null) this.#expectations.deletionObserved(key, pod.name);
    this.#states.get(key)?.outcomes.observe(pod, gone, truncateToSecond(this.#simulation.nowMs));
    this.#addBatched(key);
  }

  #addBatched(key: string): void {
    if (this.#batched.has(key)) return;
    this.#batched.add(key);
    this.#simulation.after(BATCH_MS, () => {
      this.#batched.delete(key);
      this.#queue.add(key);
    });
  }

  // ---- one sync

  #reconcile(key: string, finish: (succeeded: boolean) => void): void {
    if (!this.#ownWrites.visible(key)) {
      finish(false);
      return;
    }
    const job = this.#jobCache.get(key);
    const pods = [...this.#podCache.group(key)];
    if (job === undefined) {
      for (const pod of pods) if (pod.deletionMs === null) this.#pods.delete(pod.name, null);
      finish(true);
      return;
    }
    if (job.status.condition !== null) {
      finish(true);
      return;
    }
    const state = this.#stateOf(job);
    state.failure ??= this.#failureOf(job, state, pods);
    const satisfied = this.#expectations.satisfied(key, this.#simulation.nowMs);
    const managed = (result: Managed): void => {
      const condition = this.#conditionOf(job, state, result, satisfied);
      this.#writeStatus(job, state, result.active, condition, (written) => {
        finish(written && !result.failed);
      });
    };
    const active = activePods(pods);
    const terminating = terminatingPods(pods).length;
    if (state.failure !== null) this.#deletePods(key, active, active.length, terminating, managed);
    else if (satisfied) this.#manage(job, state, active, terminating, managed);
    else managed({ active: active.length, terminating, failed: false });
  }

  #stateOf(job: JobObject): JobState {
    let state = this.#states.get(job.name);
    if (state === undefined) {
      const startedMs = truncateToSecond(this.#simulation.nowMs);
      state = { startedMs, outcomes: new JobOutcomes(), failure: null };
      this.#states.set(job.name, state);
      const { activeDeadlineSeconds } = job.manifest;
      if (activeDeadlineSeconds !== null) {
        this.#queue.addAfter(
          job.name,
          startedMs + activeDeadlineSeconds * SECOND_MS - this.#simulation.nowMs,
        );
      }
    }
    return state;
  }

  #failureOf({ manifest }: JobObject, state: JobState, pods: readonly PodObject[]): FailureReason | null {
    if (state.outcomes.failed > manifest.backoffLimit) return 'BackoffLimitExceeded';
    if (isPastBackoffLimitOnFailure(manifest, pods)) return 'BackoffLimitExceeded';
    const { activeDeadlineSeconds } = manifest;
    const activeMs = this.#simulation.nowMs - state.startedMs;
    return activeDeadlineSeconds !== null && activeMs >= activeDeadlineSeconds * SECOND_MS
      ? 'DeadlineExceeded'
      : null;
  }

  /** A Job ends once no pod of it is left running, terminating ones included. */
  #conditionOf(
    job: JobObject,
    { failure, outcomes }: JobState,
    { active, terminating }: Managed,
    satisfied: boolean,
  ): JobObject['status']['condition'] {
    if (active > 0 || terminating > 0) return null;
    if (failure !== null) return satisfied ? 'Failed' : null;
    return outcomes.succeeded >= job.manifest.completions ? 'Complete' : null;
  }

  #manage(
    job: JobObject,
    { outcomes }: JobState,
    active: readonly PodObject[],
    terminating: number,
    managed: (result: Managed) => void,
  ): void {
    const { completions, parallelism } = job.manifest;
    const wanted = Math.max(0, Math.min(completions - outcomes.succeeded, parallelism));
    const difference = wanted - active.length;
    if (difference < 0) {
      const ranked = active.map((pod) => ({ pod, rank: 0 }));
      const count = Math.min(BURST_REPLICAS, -difference);
      const chosen = sortForDeletion(ranked, { nowMs: null, deletionCost: false }).slice(0, count);
      this.#expectations.expectDeletions(
        job.name,
        chosen.map((pod) => pod.name),
        this.#simulation.nowMs,
      );
      this.#deletePods(job.name, chosen, active.length, terminating, managed);
      return;
    }
    const backoffMs = outcomes.backoffMs(this.#simulation.nowMs);
    if (difference === 0 || backoffMs > 0) {
      if (difference > 0) this.#queue.addAfter(job.name, backoffMs);
      managed({ active: active.length, terminating, failed: false });
      return;
    }
    this.#create(job, Math.min(BURST_REPLICAS, difference), ({ successes, error }) => {
      managed({ active: active.length + successes, terminating, failed: error !== null });
    });
  }

  #create(
    job: JobObject,
    count: number,
    done: (result: { successes: number; error: string | null }) => void,
  ): void {
    const key = job.name;
    this.#expectations.expectCreations(key, count, this.#simulation.nowMs);
    slowStartBatch(
      count,
      1,
      (report) => {
        const ordinal = this.#ordinals.take(key, () => []);
        this.#pods.create(podOf(job, ordinal), (result) => {
          if (result.ok) this.#ownWrites.wrote(key, 'Pod', result.object.resourceVersion);
          else if (result.reason === 'refused') this.#ordinals.giveBack(key, ordinal);
          report(result.ok ? null : result.message);
        });
      },
      ({ successes, error }) => {
        for (let i = successes; i < count; i++) this.#expectations.creationObserved(key);
        done({ successes, error });
      },
    );
  }

  #deletePods(
    key: string,
    chosen: readonly PodObject[],
    activeBefore: number,
    terminatingBefore: number,
    managed: (result: Managed) => void,
  ): void {
    let outstanding = chosen.length;
    const answered = (): void => {
      const active = activeBefore - chosen.length;
      managed({ active, terminating: terminatingBefore + chosen.length, failed: false });
    };
    if (outstanding === 0) {
      answered();
      return;
    }
    for (const { name } of chosen) {
      this.#pods.delete(name, (result) => {
        if (!result.ok) this.#expectations.deletionObserved(key, name);
        outstanding -= 1;
        if (outstanding === 0) answered();
      });
    }
  }

  // ---- status

  /** Pods that have ended are counted in two steps: recorded, released by removing their finalizers, then counted. */
  #writeStatus(
    job: JobObject,
    state: JobState,
    active: number,
    condition: JobObject['status']['condition'],
    done: (written: boolean) => void,
  ): void {
    const { succeeded, failed } = state.outcomes;
    const status = { active, succeeded, failed, condition };
    const ended = succeeded + failed - job.status.succeeded - job.status.failed;
    if (active === job.status.active && ended === 0 && condition === null) {
      done(true);
      return;
    }
    const write = (): void => {
      this.#client.update(
        'Job',
        job.name,
        (current) => {
          if (current.uid !== job.uid) return null;
          this.#noteCondition(job.name, condition, state.failure);
          return { ...current, status };
        },
        (result) => {
          if (result.ok) this.#ownWrites.wrote(job.name, 'Job', result.object.resourceVersion);
          done(result.ok);
        },
      );
    };
    if (ended === 0) {
      write();
      return;
    }
    this.#client.post(() => {
      let outstanding = ended;
      for (let i = 0; i < ended; i++) {
        this.#client.post(() => {
          outstanding -= 1;
          if (outstanding === 0) write();
        });
      }
    });
  }

  #noteCondition(
    key: string,
    condition: JobObject['status']['condition'],
    failure: FailureReason | null,
  ): void {
    if (condition === 'Complete') this.#context.timeline.note('job-complete', `job/${key}`);
    else if (condition === 'Failed')
      this.#context.timeline.note('job-failed', `job/${key}`, { detail: failure ?? '' });
  }
}

/**
 * With restartPolicy OnFailure the restarts of the running pods count towards the limit. The model's pods carry
 * their largest restart count instead of the sum over containers: the same for a pod with one container.
 */
function isPastBackoffLimitOnFailure(manifest: JobObject['manifest'], pods: readonly PodObject[]): boolean {
  if (manifest.template.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const pod of pods) {
    if (pod.phase === 'Running' || pod.phase === 'Pending') restarts += pod.restarts + pod.sidecarRestarts;
  }
  return manifest.backoffLimit === 0 ? restarts > 0 : restarts >= manifest.backoffLimit;
}

function podOf(job: JobObject, ordinal: number): ReturnType<typeof newPod> {
  return newPod({
    name: `${job.name}-${ordinal}`,
    owner: { kind: 'Job', name: job.name },
    deployment: null,
    template: job.manifest.template,
    streamKey: `${job.streamKey}.${ordinal}`,
  });
}
