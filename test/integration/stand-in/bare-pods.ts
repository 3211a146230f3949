/** Pods of no controller, each step of whose lives takes a known time: what a calibration is to find out. */
import type { PodProcess } from './controllers.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { Timers } from './timers.ts';

/** In milliseconds. */
export interface Latencies {
  readonly schedule: number;
  /** From there until its process has started. */
  readonly containerStart: number;
  /** From there until it is shown as running. */
  readonly kubeletSync: number;
  /** From the end of one process to the start of the next. */
  readonly containerRestart: number;
  /** From its deletion until its process is told. */
  readonly killReaction: number;
  /** From the end of its process until it is gone. */
  readonly podRemoval: number;
}

export const POD_LATENCIES: Latencies = {
  schedule: 100,
  containerStart: 300,
  kubeletSync: 150,
  containerRestart: 200,
  killReaction: 120,
  podRemoval: 250,
};
/** What the process itself takes for an exit. */
const EXIT_MS = 10;

export class BarePods {
  readonly #store: ObjectStore;
  readonly #processes: Map<string, PodProcess>;
  readonly #nodes: readonly string[];
  readonly #own = new Set<string>();
  readonly #timers = new Timers();
  #count = 0;

  constructor(store: ObjectStore, processes: Map<string, PodProcess>, nodes: readonly string[]) {
    this.#store = store;
    this.#processes = processes;
    this.#nodes = nodes;
  }

  stop(): void {
    this.#timers.clear();
  }

  create(name: string, manifest: StoredObject): StoredObject {
    this.#count += 1;
    this.#own.add(name);
    const node = this.#nodes[this.#count % this.#nodes.length] ?? '';
    const address = `10.0.1.${this.#count}`;
    const pod = this.#store.put('pods', name, { ...manifest, status: { phase: 'Pending' } });
    this.#timers.after(POD_LATENCIES.schedule, () => {
      this.#update(name, ({ spec }) => ({ spec: { ...spec, nodeName: node } }));
      this.#timers.after(POD_LATENCIES.containerStart, () => this.#start(name, address, 0));
    });
    return pod;
  }

  /** A container that is given another image is ended and started anew. */
  patched(name: string, before: StoredObject | undefined): void {
    const after = this.#store.get('pods', name);
    const process = this.#processes.get(name);
    if (!this.#own.has(name) || process === undefined || imageOf(before) === imageOf(after)) return;
    this.#end(name, process);
    this.#timers.after(POD_LATENCIES.containerRestart, () => this.#start(name, process.address, 1));
  }

  /** @returns whether the pod is one of these */
  remove(name: string): boolean {
    if (!this.#own.has(name)) return false;
    this.#update(name, ({ metadata }) => ({
      metadata: { ...metadata, deletionTimestamp: new Date().toISOString() },
    }));
    this.#timers.after(POD_LATENCIES.killReaction, () => {
      const process = this.#processes.get(name);
      if (process !== undefined) say(process, 'sigterm');
      this.#timers.after(EXIT_MS, () => {
        if (process !== undefined) this.#end(name, process);
        this.#timers.after(POD_LATENCIES.podRemoval, () => this.#store.remove('pods', name));
      });
    });
    return true;
  }

  #start(name: string, address: string, restartCount: number): void {
    const process = {
      address,
      lines: [],
      answered: 0,
      listeners: new Set<() => void>(),
      listening: true,
      ended: false,
    };
    this.#processes.set(name, process);
    say(process, 'started');
    this.#timers.after(POD_LATENCIES.kubeletSync, () => {
      this.#update(name, () => ({
        status: {
          phase: 'Running',
          podIP: address,
          conditions: [{ type: 'Ready', status: 'True' }],
          containerStatuses: [{ name: 'calibration', restartCount, ready: true, state: { running: {} } }],
        },
      }));
    });
  }

  #end(name: string, process: PodProcess): void {
    process.listening = false;
    process.ended = true;
    say(process, 'exited');
    this.#update(name, ({ status }) => ({ status: { ...status, conditions: [] } }));
  }

  #update(name: string, change: (pod: StoredObject) => Partial<StoredObject>): void {
    const pod = this.#store.get('pods', name);
    if (pod !== undefined) this.#store.put('pods', name, { ...pod, ...change(pod) });
  }
}

function say(process: PodProcess, life: string): void {
  process.lines.push(JSON.stringify({ life, epochMs: Date.now(), pod: '', node: '' }));
  for (const tell of process.listeners) tell();
}

function imageOf(pod: StoredObject | undefined): unknown {
  return (pod?.spec['containers'] as readonly { readonly image: string }[] | undefined)?.[0]?.image;
}
