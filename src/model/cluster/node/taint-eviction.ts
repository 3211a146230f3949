/** Deletes the pods of nodes with a NoExecute taint once their tolerations are over (R-NOD-7); no budget is asked (R-PDB-1). */
import type { EventHandle } from '../../../kernel/event-queue.ts';
import { SECOND_MS } from '../../../kernel/time.ts';
import type { ClusterContext } from '../cluster-context.ts';
import type { Informer } from '../informer.ts';
import type { NodeObject, PodObject } from '../objects.ts';
import { PodWriter } from '../replica-set/pod-writer.ts';
import { DEFAULT_TOLERATION_SECONDS, evictAfterSeconds } from './toleration-time.ts';

const NAME = 'taint-eviction-controller';
const DEFAULT_TOLERATION = { seconds: DEFAULT_TOLERATION_SECONDS };

export class TaintEviction {
  readonly #context: ClusterContext;
  readonly #writer: PodWriter;
  readonly #pods: Informer<'Pod'>;
  readonly #nodes: Informer<'Node'>;
  readonly #timers = new Map<string, EventHandle>();

  constructor(context: ClusterContext) {
    const { api, simulation, timeline } = context;
    this.#context = context;
    this.#writer = new PodWriter(simulation, timeline, api.client(NAME, 20, 30));
    this.#nodes = api.watch('Node', NAME, {
      changed: (node) => {
        for (const pod of this.#pods.list()) if (pod.nodeName === node.name) this.#look(pod, node);
      },
    });
    this.#pods = api.watch('Pod', NAME, {
      changed: (pod, old) => {
        const node = this.#nodes.get(pod.nodeName ?? '');
        if (node !== undefined && pod.nodeName !== old?.nodeName) this.#look(pod, node);
      },
      removed: (pod) => {
        this.#cancel(pod.uid);
      },
    });
  }

  /** A timer that runs is not begun anew; the taint's end cancels it. */
  #look(pod: PodObject, { taints }: NodeObject): void {
    const executed = taints.filter(({ effect }) => effect === 'NoExecute');
    const seconds = evictAfterSeconds(executed.map(() => [DEFAULT_TOLERATION]));
    if (seconds === null) {
      this.#cancel(pod.uid);
      return;
    }
    if (this.#timers.has(pod.uid) || pod.deletionMs !== null) return;
    const timer = this.#context.simulation.after(seconds * SECOND_MS, () => {
      this.#timers.delete(pod.uid);
      this.#writer.delete(pod.name, null);
    });
    this.#timers.set(pod.uid, timer);
  }

  #cancel(uid: string): void {
    const timer = this.#timers.get(uid);
    if (timer !== undefined) this.#context.simulation.cancel(timer);
    this.#timers.delete(uid);
  }
}
