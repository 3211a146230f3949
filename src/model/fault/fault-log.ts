/** The faults that have begun, and what they hit: what failed requests are traced back to. */
import type { TimeMs } from '../../kernel/time.ts';
import type { Fault } from '../../scenario/fault.ts';
import type { Hits } from '../../scenario/fault-hits.ts';

export interface InjectedFault extends Hits {
  readonly fault: Fault;
  readonly fromMs: TimeMs;
  /** When it was undone; null: it has not been, or is never. */
  untilMs: TimeMs | null;
}

export class FaultLog {
  readonly #injected: InjectedFault[] = [];
  readonly #byPod = new Map<string, InjectedFault>();

  add(fault: Fault, hits: Hits, fromMs: TimeMs): InjectedFault {
    const injected: InjectedFault = { fault, ...hits, fromMs, untilMs: null };
    this.#injected.push(injected);
    for (const pod of hits.pods) this.#byPod.set(pod, injected);
    return injected;
  }

  /** Whether nothing has been broken so far. */
  get isEmpty(): boolean {
    return this.#injected.length === 0;
  }

  /** The fault that began last, at that time. */
  lastBefore(timeMs: TimeMs): InjectedFault | null {
    return this.#injected.findLast((injected) => injected.fromMs <= timeMs) ?? null;
  }

  /** The last fault that named this pod. */
  ofPod(pod: string): InjectedFault | null {
    return this.#byPod.get(pod) ?? null;
  }

  /** The last fault of that kind, on that node if it is one of a node. */
  last(kind: Fault['action']['kind'], node: string | null = null): InjectedFault | null {
    return (
      this.#injected.findLast(
        (injected) => injected.fault.action.kind === kind && (node === null || injected.node === node),
      ) ?? null
    );
  }
}
