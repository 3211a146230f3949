/**
 * `kubectl drain` (R-DRN-1): cordons the node, then evicts all its pods at once, each tried again every 5 s while a
 * budget refuses it, and watches until the last of them is gone.
 */
import { SECOND_MS, type DurationMs, type TimeMs } from '../../../kernel/time.ts';
import type { ApiClient } from '../api-server.ts';
import type { ClusterContext } from '../cluster-context.ts';
import { evict, type EvictionAnswer } from '../eviction.ts';
import type { PodObject } from '../objects.ts';
import { noteDeletion } from '../replica-set/pod-writer.ts';
import { DEFAULT_FLAGS, drainDecision, type DrainablePod } from './pod-filters.ts';

const RETRY_MS: DurationMs = 5 * SECOND_MS;
const POLL_MS: DurationMs = SECOND_MS;

export interface DrainOrder {
  readonly node: string;
  /** null: each pod's own. */
  readonly gracePeriodSeconds: number | null;
  /** null: it tries for ever. */
  readonly timeoutMs: DurationMs | null;
}

export type DrainState = 'draining' | 'complete' | 'given-up';

export class Drain {
  readonly #context: ClusterContext;
  readonly #client: ApiClient;
  readonly #order: DrainOrder;
  /** Pods that are not gone yet, and the budget that refused each last; null: none has. */
  readonly #left = new Map<string, string | null>();
  #state: DrainState = 'draining';
  #failure: string | null = null;
  #lastProgressMs: TimeMs;

  constructor(context: ClusterContext, client: ApiClient, order: DrainOrder) {
    this.#context = context;
    this.#client = client;
    this.#order = order;
    this.#lastProgressMs = context.simulation.nowMs;
    if (order.timeoutMs !== null) {
      context.simulation.after(order.timeoutMs, () => {
        this.#end('given-up', 'the time is over');
      });
    }
    setUnschedulable(context, client, order.node, true, () => {
      this.#evictAll();
    });
  }

  get state(): DrainState {
    return this.#state;
  }

  /** When a pod was last evicted or gone. */
  get lastProgressMs(): TimeMs {
    return this.#lastProgressMs;
  }

  #evictAll(): void {
    const { api } = this.#context;
    const list = (): readonly { readonly name: string; readonly uid: string }[] =>
      [...api.readAll('Pod').values()].filter(
        (pod) =>
          pod.nodeName === this.#order.node && drainDecision(drainable(pod), DEFAULT_FLAGS) === 'drain',
      );
    this.#client.perform(list, (pods) => {
      for (const { name } of pods) this.#left.set(name, null);
      for (const { name, uid } of pods) this.#evict(name, uid);
      this.#endIfEmpty();
    });
  }

  #evict(name: string, uid: string): void {
    if (this.#state !== 'draining') return;
    const { api, simulation, timeline } = this.#context;
    this.#client.perform(
      () => {
        const { nowMs } = simulation;
        return evict(api, name, this.#order.gracePeriodSeconds, nowMs, (pod) => {
          timeline.note('pod-evicted', `pod/${name}`, { node: this.#order.node });
          noteDeletion(timeline, name, { ok: true, object: pod }, nowMs);
        });
      },
      (answer) => {
        this.#answered(name, uid, answer);
      },
    );
  }

  #answered(name: string, uid: string, answer: EvictionAnswer): void {
    switch (answer.kind) {
      case 'gone':
        this.#gone(name);
        return;
      case 'evicted':
        this.#lastProgressMs = this.#context.simulation.nowMs;
        this.#awaitRemoval(name, uid);
        return;
      case 'too-many-requests':
        this.#refused(name, answer.budget);
        this.#context.simulation.after(RETRY_MS, () => {
          this.#evict(name, uid);
        });
        return;
      // Not tried again: kubectl goes on with the others and fails in the end.
      case 'several-budgets':
        this.#failure = `${answer.budgets.length} budgets cover pod ${name}`;
        this.#gone(name);
        return;
      case 'conflict':
      case 'failed':
        this.#failure = `pod ${name} cannot be evicted`;
        this.#gone(name);
    }
  }

  #refused(name: string, budget: string): void {
    if (this.#left.get(name) === budget) return;
    this.#left.set(name, budget);
    const detail = `budget ${budget} allows no disruption`;
    this.#context.timeline.note('eviction-refused', `pod/${name}`, { node: this.#order.node, detail });
  }

  #awaitRemoval(name: string, uid: string): void {
    const { api, simulation } = this.#context;
    if (this.#state !== 'draining') return;
    if (api.read('Pod', name)?.uid === uid) {
      simulation.after(POLL_MS, () => {
        this.#awaitRemoval(name, uid);
      });
    } else this.#gone(name);
  }

  #gone(name: string): void {
    this.#left.delete(name);
    this.#lastProgressMs = this.#context.simulation.nowMs;
    this.#endIfEmpty();
  }

  #endIfEmpty(): void {
    if (this.#left.size > 0) return;
    if (this.#failure === null) this.#end('complete', null);
    else this.#end('given-up', this.#failure);
  }

  #end(state: 'complete' | 'given-up', reason: string | null): void {
    if (this.#state !== 'draining') return;
    this.#state = state;
    const kind = state === 'complete' ? 'drain-complete' : 'drain-given-up';
    const object = `node/${this.#order.node}`;
    this.#context.timeline.note(kind, object, reason === null ? {} : { detail: reason });
  }
}

/** Pods of the simulated cluster keep nothing on their node. */
function drainable({ owner, phase }: PodObject): DrainablePod {
  return { owner: owner.kind, phase, localStorage: false, deletedSecondsAgo: null };
}

/** `kubectl cordon` and `uncordon`; `done` is called once it is stored. */
export function setUnschedulable(
  { timeline }: ClusterContext,
  client: ApiClient,
  node: string,
  unschedulable: boolean,
  done: (found: boolean) => void = nothing,
): void {
  client.update(
    'Node',
    node,
    (current) => {
      if (current.unschedulable === unschedulable) return current;
      timeline.note(unschedulable ? 'node-cordoned' : 'node-uncordoned', `node/${node}`);
      return { ...current, unschedulable };
    },
    (result) => {
      done(result.ok);
    },
  );
}

function nothing(): void {
  // Nobody waits for it.
}
