/**
 * The scheduler's queue (R-SCH-2): pods to try now, pods that back off after a failure, and pods that wait for
 * something to change. A pod that backs off is tried early when nothing else is to do (Kubernetes ≥ 1.33).
 */
import type { EventHandle } from '../../../kernel/event-queue.ts';
import type { Simulation } from '../../../kernel/simulation.ts';
import { MINUTE_MS, SECOND_MS, truncateToSecond, type TimeMs } from '../../../kernel/time.ts';

const BACKOFF_INITIAL_MS = SECOND_MS;
const BACKOFF_MAX_MS = 10 * SECOND_MS;
const UNSCHEDULABLE_MAX_MS = 5 * MINUTE_MS;
const FLUSH_PERIOD_MS = 30 * SECOND_MS;

interface QueuedPod {
  readonly name: string;
  failures: number;
  failedMs: TimeMs;
  state: 'active' | 'backing-off' | 'unschedulable' | 'in-flight';
  /** Whether something that could help happened while it was being scheduled. */
  woken: boolean;
}

export class SchedulingQueue {
  readonly #simulation: Simulation;
  readonly #ready: () => void;
  readonly #pods = new Map<string, QueuedPod>();
  readonly #active: QueuedPod[] = [];
  #flush: EventHandle | null = null;

  /** @param ready called when there is a pod to take that was not there before */
  constructor(simulation: Simulation, ready: () => void) {
    this.#simulation = simulation;
    this.#ready = ready;
  }

  add(name: string): void {
    if (this.#pods.has(name)) return;
    const pod: QueuedPod = { name, failures: 0, failedMs: 0, state: 'active', woken: false };
    this.#pods.set(name, pod);
    this.#activate(pod);
  }

  /** The pod has a node or is gone. */
  remove(name: string): void {
    const pod = this.#pods.get(name);
    if (pod === undefined) return;
    this.#pods.delete(name);
    const index = this.#active.indexOf(pod);
    if (index >= 0) this.#active.splice(index, 1);
  }

  /** The next pod to schedule; undefined: none. */
  take(): string | undefined {
    const pod = this.#active.shift() ?? this.#firstBackingOff();
    if (pod === undefined) return undefined;
    pod.state = 'in-flight';
    pod.woken = false;
    return pod.name;
  }

  /** The taken pod fits nowhere: it waits for an event, or only backs off if one came meanwhile. */
  putBack(name: string): void {
    const pod = this.#pods.get(name);
    if (pod === undefined) return;
    pod.failures += 1;
    pod.failedMs = this.#simulation.nowMs;
    if (pod.woken) {
      this.#wake(pod);
      return;
    }
    pod.state = 'unschedulable';
    this.#planFlush();
  }

  /** Something happened that could make room: every waiting pod is tried again once its back-off is over. */
  wakeAll(): void {
    for (const pod of this.#pods.values()) {
      if (pod.state === 'in-flight') pod.woken = true;
      else if (pod.state === 'unschedulable') this.#wake(pod);
    }
  }

  #wake(pod: QueuedPod): void {
    if (this.#simulation.nowMs >= backoffEndMs(pod)) {
      this.#activate(pod);
      return;
    }
    pod.state = 'backing-off';
    const { failures } = pod;
    this.#simulation.at(backoffEndMs(pod), () => {
      if (pod.state === 'backing-off' && pod.failures === failures && this.#pods.get(pod.name) === pod)
        this.#activate(pod);
    });
    this.#ready();
  }

  #activate(pod: QueuedPod): void {
    pod.state = 'active';
    this.#active.push(pod);
    this.#ready();
  }

  #firstBackingOff(): QueuedPod | undefined {
    let first: QueuedPod | undefined;
    for (const pod of this.#pods.values()) {
      if (pod.state !== 'backing-off') continue;
      if (first === undefined || backoffEndMs(pod) < backoffEndMs(first)) first = pod;
    }
    return first;
  }

  /** Looks each 30 s, while pods wait, for those that have waited five minutes. */
  #planFlush(): void {
    const waiting = [...this.#pods.values()].some((pod) => pod.state === 'unschedulable');
    if (this.#flush !== null || !waiting) return;
    const nextMs = (Math.floor(this.#simulation.nowMs / FLUSH_PERIOD_MS) + 1) * FLUSH_PERIOD_MS;
    this.#flush = this.#simulation.at(nextMs, () => {
      this.#flush = null;
      for (const pod of this.#pods.values()) {
        const waitedMs = this.#simulation.nowMs - pod.failedMs;
        if (pod.state === 'unschedulable' && waitedMs > UNSCHEDULABLE_MAX_MS) this.#wake(pod);
      }
      this.#planFlush();
    });
  }
}

/** 1 s, 2 s, 4 s … 10 s after the last failure; back-offs end at the whole second after their time. */
function backoffEndMs({ failures, failedMs }: QueuedPod): TimeMs {
  if (failures === 0) return Number.NEGATIVE_INFINITY;
  const durationMs = Math.min(BACKOFF_MAX_MS, BACKOFF_INITIAL_MS * 2 ** Math.min(failures - 1, 10));
  return truncateToSecond(failedMs + durationMs) + SECOND_MS;
}
