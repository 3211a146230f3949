/** Follows what the workload writes about its own life, in every container of every pod, from its start to its end. */
import type { KubernetesClient } from '../kubernetes/client.ts';
import type { ClusterState } from '../kubernetes/cluster-state.ts';
import type { LifeEvent, LifeEventKind } from '../recorder/observation.ts';
import type { ServedBooks } from '../recorder/served-counts.ts';
import { readLifeLine, type LifeEventName } from '../workload/life-line.ts';
import { sleep } from './sleep.ts';

export interface PodLogsParts {
  readonly client: KubernetesClient;
  readonly state: ClusterState;
  readonly tell: (event: Omit<LifeEvent, 'timeMs'> & { readonly epochMs: number }) => void;
  readonly books: ServedBooks;
  readonly signal: AbortSignal;
}

/** A container that has just been created has no log yet, and a node that is down answers nothing. */
const RETRY_MS = 500;
const TRIES_MAX = 60;

export class PodLogs {
  readonly #parts: PodLogsParts;
  readonly #followed = new Set<string>();
  readonly #open = new Set<Promise<void>>();

  constructor(parts: PodLogsParts) {
    this.#parts = parts;
    parts.state.on('Pod', (pod) => {
      for (const { name, containerID, state } of pod?.status.containerStatuses ?? []) {
        const exists = state?.running !== undefined || state?.terminated !== undefined;
        if (pod === null || containerID === undefined || !exists || this.#followed.has(containerID)) continue;
        this.#followed.add(containerID);
        const following = this.#follow(pod.metadata.name, name, containerID).finally(() =>
          this.#open.delete(following),
        );
        this.#open.add(following);
      }
    });
  }

  /** Ends once every log that is open has ended, or after a while: what was written last is on its way. */
  async drained(withinMs: number): Promise<void> {
    await Promise.race([Promise.allSettled(this.#open), sleep(withinMs, new AbortController().signal)]);
  }

  /** @returns which of its life's events it is; null: none */
  #take(pod: string, id: string, line: string): LifeEventName | null {
    const read = readLifeLine(line);
    if (read === null) return null;
    const { life, epochMs, counts } = read;
    if (counts !== undefined) this.#parts.books.note(pod, id, epochMs, counts);
    if (isKept(life)) this.#parts.tell({ pod, kind: life, epochMs });
    return life;
  }

  async #follow(pod: string, container: string, id: string): Promise<void> {
    const { client, state, books, signal } = this.#parts;
    const seen = new Set<string>();
    let last: LifeEventName | null = null;
    for (let tries = 0; tries < TRIES_MAX && !signal.aborted; tries++) {
      try {
        for await (const line of client.logLines(pod, container, signal)) {
          // A log that is opened again begins at its first line.
          if (seen.has(line)) continue;
          seen.add(line);
          last = this.#take(pod, id, line) ?? last;
        }
        if (last !== 'exited') books.cutOff(pod, id);
        return;
      } catch {
        if (signal.aborted) return;
        // Without its lines the record still has what the API shows of the pod.
        if (state.get('Pod', pod) === null) {
          books.cutOff(pod, id);
          return;
        }
        await sleep(RETRY_MS, signal).catch(() => undefined);
      }
    }
  }
}

/** Readiness is the API's to say, and counts are no events. */
function isKept(life: LifeEventName): life is LifeEventKind {
  return life !== 'ready' && life !== 'served';
}
