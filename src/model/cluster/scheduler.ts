/**
 * The scheduler: takes pending pods one after another, chooses a node from its own cache and binds the pod to
 * it by an API call, while it goes on with the next (R-POD-1, R-SCH-1…3).
 */
import type { RandomStreams } from '../../kernel/random.ts';
import type { ApiClient } from './api-server.ts';
import type { ClusterContext } from './cluster-context.ts';
import type { Informer } from './informer.ts';
import type { PodObject } from './objects.ts';
import { isTerminalPhase } from './replica-set/pod-filters.ts';
import { chooseNode } from './scheduling/choose-node.ts';
import { reasonClosed } from './scheduling/filter-node.ts';
import { SchedulerCache } from './scheduling/scheduler-cache.ts';
import { SchedulingQueue } from './scheduling/scheduling-queue.ts';

const NAME = 'scheduler';

export class Scheduler {
  readonly #context: ClusterContext;
  readonly #streams: RandomStreams;
  readonly #client: ApiClient;
  readonly #podCache: Informer<'Pod'>;
  readonly #nodeCache: Informer<'Node'>;
  readonly #queue: SchedulingQueue;
  /** What each node holds, bindings included that are on their way. */
  readonly #cache: SchedulerCache;
  /** What the timeline last said about a pod that fits nowhere. */
  readonly #reasons = new Map<string, string>();
  readonly #attempts = new Map<string, number>();
  #busy = false;

  constructor(context: ClusterContext) {
    this.#context = context;
    this.#streams = context.streams;
    this.#cache = new SchedulerCache(context.cluster.nodes);
    this.#client = context.api.client(NAME, 50, 100);
    this.#queue = new SchedulingQueue(context.simulation, () => {
      this.#begin();
    });
    this.#podCache = context.api.watch('Pod', NAME, {
      // What a bound pod does on its node is of no interest until it ends.
      concerns: (pod, old) =>
        pod === null || old?.nodeName == null || (isTerminalPhase(pod.phase) && !isTerminalPhase(old.phase)),
      indexed: (pod, old) => {
        this.#cache.podChanged((pod ?? old)?.name ?? '', pod);
      },
      changed: (pod, old) => {
        this.#podChanged(pod, old);
      },
      removed: (pod) => {
        this.#podRemoved(pod);
      },
    });
    this.#nodeCache = context.api.watch('Node', NAME, {
      changed: (node, old) => {
        if (reasonClosed(node) === null && old !== null && reasonClosed(old) !== null) this.#queue.wakeAll();
      },
    });
    context.simulation.after(0, () => {
      for (const pod of this.#podCache.list()) this.#podChanged(pod, null);
    });
  }

  #podChanged(pod: PodObject, old: PodObject | null): void {
    if (isTerminalPhase(pod.phase)) {
      // A finished pod holds nothing any more, though its object remains.
      if (old === null || !isTerminalPhase(old.phase)) this.#podRemoved(pod);
      return;
    }
    if (pod.nodeName !== null) {
      this.#cache.forget(pod.name);
      this.#forget(pod.name);
    } else if (pod.deletionMs === null && !this.#cache.isAssumed(pod.name)) {
      this.#queue.add(pod.name);
    }
  }

  /** R-SCH-2: what makes room is a pod's end, or a node that is open again. */
  #podRemoved(pod: PodObject): void {
    this.#cache.forget(pod.name);
    this.#forget(pod.name);
    if (pod.nodeName !== null) this.#queue.wakeAll();
  }

  #forget(name: string): void {
    this.#queue.remove(name);
    this.#reasons.delete(name);
    this.#attempts.delete(name);
  }

  /** Scheduling cycles are serial. */
  #begin(): void {
    if (this.#busy) return;
    this.#busy = true;
    this.#context.simulation.after(0, () => {
      this.#cycle();
    });
  }

  #cycle(): void {
    const name = this.#queue.take();
    if (name === undefined) {
      this.#busy = false;
      return;
    }
    const streamKey = this.#podCache.get(name)?.streamKey ?? name;
    const latencyMs = this.#context.latencies.sample('schedule', streamKey);
    this.#context.simulation.after(latencyMs, () => {
      this.#decide(name);
      this.#cycle();
    });
  }

  #decide(name: string): void {
    const pod = this.#podCache.get(name);
    if (pod === undefined || pod.nodeName !== null || pod.deletionMs !== null) {
      this.#queue.remove(name);
      return;
    }
    const attempt = this.#attempts.get(name) ?? 0;
    this.#attempts.set(name, attempt + 1);
    const random = this.#streams.stream('node-choice', pod.streamKey, attempt);
    const nodes = this.#cache.nodes((node) => this.#nodeCache.get(node));
    const choice = chooseNode(pod, nodes, random);
    if (choice.nodeName === null) {
      this.#queue.putBack(name);
      if (this.#reasons.get(name) === choice.reason) return;
      this.#reasons.set(name, choice.reason);
      this.#context.timeline.note('pod-unschedulable', `pod/${name}`, { detail: choice.reason });
      return;
    }
    this.#queue.remove(name);
    this.#bind(pod, choice.nodeName);
  }

  #bind(pod: PodObject, nodeName: string): void {
    this.#cache.assume(pod.name, nodeName);
    this.#client.update(
      'Pod',
      pod.name,
      (current) => {
        if (current.nodeName !== null || current.deletionMs !== null) return null;
        this.#context.timeline.note('pod-scheduled', `pod/${pod.name}`, { node: nodeName });
        return { ...current, nodeName };
      },
      (result) => {
        if (result.ok) return;
        // Gone, or taken by another: what was assumed for it is free again.
        this.#cache.forget(pod.name);
        this.#queue.wakeAll();
      },
    );
  }
}
