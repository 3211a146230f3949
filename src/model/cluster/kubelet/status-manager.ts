/**
 * Brings pod statuses to the API (R-POD-15): one goroutine per kubelet, GET then PATCH per pod, one pod after another,
 * each with the status of the moment of its GET; and the last word on a pod that is gone, its removal (R-POD-22).
 */
import { truncateToSecond, type TimeMs } from '../../../kernel/time.ts';
import type { ApiClient } from '../api-server.ts';
import type { PodObject } from '../objects.ts';
import type { ClusterContext } from '../cluster-context.ts';

export type PodStatus = Pick<PodObject, 'phase' | 'hasIp' | 'ready' | 'restarts' | 'sidecarRestarts'>;

interface SentStatus {
  readonly status: PodStatus;
  readonly readyTransitionMs: TimeMs;
}

interface Entry {
  readonly name: string;
  status: PodStatus;
  readyTransitionMs: TimeMs;
  removing: boolean;
  version: number;
  /** Whether it is among those whose status the API does not have yet. */
  waiting: boolean;
}

export class StatusManager {
  readonly #context: ClusterContext;
  readonly #client: ApiClient;
  readonly #entries = new Map<string, Entry>();
  /** Those whose status the API does not have yet, in order; some may have been forgotten since. */
  readonly #waiting: Entry[] = [];
  #busy = false;

  constructor(context: ClusterContext, client: ApiClient) {
    this.#context = context;
    this.#client = client;
  }

  /** The status as the kubelet last set it; undefined: not known here. */
  get(name: string): PodStatus | undefined {
    return this.#entries.get(name)?.status;
  }

  /** Takes over a status that the API already has. */
  adopt(pod: PodObject): void {
    const { name, readyTransitionMs } = pod;
    const transition = readyTransitionMs ?? pod.createdMs;
    this.#entries.set(name, {
      name,
      status: pod,
      readyTransitionMs: transition,
      removing: false,
      version: 0,
      waiting: false,
    });
  }

  set(name: string, status: PodStatus): void {
    const nowMs = truncateToSecond(this.#context.simulation.nowMs);
    const entry = this.#entries.get(name);
    if (entry === undefined) {
      const first = { name, status, readyTransitionMs: nowMs, removing: false, version: 0, waiting: false };
      this.#entries.set(name, first);
      this.#enqueue(first);
      return;
    }
    if (equalStatus(entry.status, status)) return;
    if (entry.status.ready !== status.ready) entry.readyTransitionMs = nowMs;
    entry.status = status;
    this.#enqueue(entry);
  }

  /** Looks at every pod in the API again, and writes what differs: its safety net of every 10 s (R-POD-15). */
  reconcile(): void {
    for (const entry of this.#entries.values()) this.#enqueue(entry);
  }

  /** Removes the object once its last status is stored. */
  remove(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new Error(`pod ${name} is removed without a status`);
    entry.removing = true;
    this.#enqueue(entry);
  }

  /** Whether this kubelet is about to remove the object. */
  isRemoving(name: string): boolean {
    return this.#entries.get(name)?.removing ?? false;
  }

  /** The object is gone: nothing more to say about it. */
  forget(name: string): void {
    this.#entries.delete(name);
  }

  #enqueue(entry: Entry): void {
    entry.version++;
    if (!entry.waiting) {
      entry.waiting = true;
      this.#waiting.push(entry);
    }
    this.#next();
  }

  #next(): void {
    while (!this.#busy) {
      const entry = this.#waiting.shift();
      if (entry === undefined) return;
      entry.waiting = false;
      if (this.#entries.get(entry.name) !== entry) continue;
      this.#busy = true;
      this.#sync(entry);
    }
  }

  #done(): void {
    this.#busy = false;
    this.#next();
  }

  #sync(entry: Entry): void {
    const { name, version } = entry;
    // Both calls carry the status as it is now: what changes meanwhile is written in the pod's next turn.
    const sent = { status: entry.status, readyTransitionMs: entry.readyTransitionMs };
    // A read that changes nothing stands for the GET.
    this.#client.update(
      'Pod',
      name,
      (pod) => pod,
      (found) => {
        if (!found.ok) {
          this.forget(name);
          this.#done();
        } else if (storedStatus(found.object, sent)) {
          this.#removeOrDone(entry, version);
        } else {
          this.#client.update(
            'Pod',
            name,
            (pod) => this.#patch(pod, sent),
            () => {
              this.#removeOrDone(entry, version);
            },
          );
        }
      },
    );
  }

  #patch(pod: PodObject, { status, readyTransitionMs }: SentStatus): PodObject {
    const { phase, hasIp, ready, restarts, sidecarRestarts } = status;
    if (pod.ready !== ready) {
      this.#context.timeline.note(ready ? 'pod-ready' : 'pod-unready', `pod/${pod.name}`);
    }
    return { ...pod, phase, hasIp, ready, restarts, sidecarRestarts, readyTransitionMs };
  }

  #removeOrDone(entry: Entry, version: number): void {
    if (!entry.removing || entry.version !== version || this.#entries.get(entry.name) !== entry) {
      this.#done();
      return;
    }
    this.#client.remove('Pod', entry.name, () => {
      this.forget(entry.name);
      this.#done();
    });
  }
}

function equalStatus(a: PodStatus, b: PodStatus): boolean {
  return (
    a.phase === b.phase &&
    a.hasIp === b.hasIp &&
    a.ready === b.ready &&
    a.restarts === b.restarts &&
    a.sidecarRestarts === b.sidecarRestarts
  );
}

function storedStatus(pod: PodObject, sent: SentStatus): boolean {
  return pod.readyTransitionMs === sent.readyTransitionMs && equalStatus(pod, sent.status);
}
