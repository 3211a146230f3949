/** What acts on a stand-in cluster's objects: Deployments are rolled pod by pod, pods boot, end, and are listed. */
import type { ObjectStore, StoredObject } from './object-store.ts';
import { Timers } from './timers.ts';

export interface PodProcess {
  readonly address: string;
  readonly lines: string[];
  answered: number;
  readonly listeners: Set<() => void>;
  listening: boolean;
  ended: boolean;
}

/** In milliseconds: everything is quick here. */
export interface Pace {
  readonly bootMs: number;
  /** From deletion until the object is gone. */
  readonly endMs: number;
}

interface PodSpec {
  readonly nodeName: string;
}

export class Controllers {
  readonly processes: Map<string, PodProcess> = new Map();
  /** Called before a pod takes requests or takes them no more: what was due until then is due to the pods as they were. */
  beforeChange: () => void = () => undefined;
  readonly #store: ObjectStore;
  readonly #pace: Pace;
  readonly #nodes: readonly string[];
  readonly #timers = new Timers();
  #pods = 0;

  constructor(store: ObjectStore, nodes: readonly string[], pace: Pace) {
    this.#store = store;
    this.#nodes = nodes;
    this.#pace = pace;
    this.#timers.every(10, () => this.#reconcileAll());
  }

  stop(): void {
    this.#timers.clear();
  }

  /** A deletion with grace; without, the object goes at once and its process a little later. */
  deletePod(name: string, graceSeconds: number | null): void {
    const pod = this.#store.get('pods', name);
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return;
    this.beforeChange();
    const metadata = { ...pod.metadata, deletionTimestamp: new Date().toISOString() };
    this.#store.put('pods', name, { ...pod, metadata });
    this.#say(name, 'sigterm');
    this.#close(name);
    if (graceSeconds === 0) this.#gone(name);
    else this.#end(name, END_STEPS);
    this.#listEndpoints();
  }

  /** Step by step: after a pause of this process, what others do at the deletion is known before the pod is gone. */
  #end(name: string, stepsLeft: number): void {
    if (stepsLeft === 0) this.#gone(name);
    else this.#timers.after(this.#pace.endMs / END_STEPS, () => this.#end(name, stepsLeft - 1));
  }

  killContainer(name: string): void {
    this.beforeChange();
    const process = this.processes.get(name);
    if (process !== undefined) process.listening = false;
  }

  #gone(name: string): void {
    this.#say(name, 'exited');
    const process = this.processes.get(name);
    if (process !== undefined) process.ended = true;
    for (const tell of process?.listeners ?? []) tell();
    this.#store.remove('pods', name);
    this.#listEndpoints();
  }

  #close(name: string): void {
    const process = this.processes.get(name);
    if (process !== undefined) process.listening = false;
    this.#say(name, 'listener-closed');
  }

  /** It answers a request, and tells its count at once. */
  answer(name: string): void {
    const process = this.processes.get(name);
    if (process === undefined) return;
    process.answered += 1;
    this.#say(name, 'served', { counts: { answered: process.answered, overflowed: 0, errors: 0 } });
  }

  #say(pod: string, life: string, details: object = {}): void {
    const process = this.processes.get(pod);
    process?.lines.push(JSON.stringify({ life, epochMs: Date.now(), pod, node: '', ...details }));
    for (const tell of process?.listeners ?? []) tell();
  }

  #reconcileAll(): void {
    for (const deployment of this.#store.all('deployments')) this.#reconcile(deployment);
    // A Service may be made once its pods are ready.
    this.#listEndpoints();
  }

  #reconcile(deployment: StoredObject): void {
    const { name, generation } = deployment.metadata;
    const {
      replicas = 1,
      template,
      paused,
    } = deployment.spec as {
      replicas?: number;
      paused?: boolean;
      template: { metadata: { labels: Record<string, string> } };
    };
    if (paused === true) return;
    const current = this.#replicaSet(deployment, template, replicas);
    const own = this.#store.all('pods').filter(({ metadata }) => metadata.labels?.['owner'] === name);
    const living = own.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const isNew = (pod: StoredObject): boolean => pod.metadata.labels?.['pod-template-hash'] === current.hash;
    const fresh = living.filter(isNew);
    const old = living.filter((pod) => !isNew(pod));
    // One more than wanted at a time, and never fewer Ready than wanted.
    if (fresh.length < replicas && living.length < replicas + (old.length > 0 ? 1 : 0))
      this.#createPod(name, current, template);
    else if (old[0] !== undefined && ready(living) > replicas) this.deletePod(old[0].metadata.name, null);
    const status = {
      observedGeneration: generation,
      replicas: living.length,
      updatedReplicas: fresh.length,
      readyReplicas: ready(living),
      availableReplicas: ready(living),
    };
    if (JSON.stringify(status) !== JSON.stringify(deployment.status))
      this.#store.put('deployments', name, { ...deployment, status });
    const set = this.#store.get('replicasets', current.name);
    if (set !== undefined && set.status['availableReplicas'] !== ready(fresh))
      this.#store.put('replicasets', current.name, { ...set, status: { availableReplicas: ready(fresh) } });
  }

  #replicaSet(
    { metadata }: StoredObject,
    template: unknown,
    replicas: number,
  ): { readonly name: string; readonly hash: string; readonly uid: string } {
    const sets = this.#store
      .all('replicasets')
      .filter(({ metadata: { ownerReferences } }) => ownerReferences?.[0]?.name === metadata.name);
    const text = JSON.stringify(template);
    const found = sets.find(({ spec }) => JSON.stringify(spec['plain']) === text);
    const hash = found?.metadata.labels?.['pod-template-hash'] ?? `hash${sets.length + 1}`;
    const name = `${metadata.name}-${hash}`;
    const revision = found?.metadata.annotations?.[REVISION] ?? String(sets.length + 1);
    for (const set of sets) {
      const wanted = set.metadata.name === name ? replicas : 0;
      if (set.spec['replicas'] !== wanted)
        this.#store.put('replicasets', set.metadata.name, {
          ...set,
          spec: { ...set.spec, replicas: wanted },
        });
    }
    const stored =
      found ??
      this.#store.put('replicasets', name, {
        kind: 'ReplicaSet',
        spec: { replicas, template, plain: template },
        metadata: {
          labels: { 'pod-template-hash': hash },
          annotations: { [REVISION]: revision },
          ownerReferences: [{ kind: 'Deployment', name: metadata.name, uid: metadata.uid, controller: true }],
        } as unknown as StoredObject['metadata'],
      });
    return { name, hash, uid: stored.metadata.uid };
  }

  #createPod(
    deployment: string,
    set: { readonly name: string; readonly hash: string; readonly uid: string },
    template: { metadata: { labels: Record<string, string> } },
  ): void {
    this.#pods += 1;
    const name = `${set.name}-p${this.#pods}`;
    const node = this.#nodes[this.#pods % this.#nodes.length] ?? '';
    const labels = { ...template.metadata.labels, 'pod-template-hash': set.hash, owner: deployment };
    const ownerReferences = [{ kind: 'ReplicaSet', name: set.name, uid: set.uid, controller: true }];
    const metadata = { labels, ownerReferences } as unknown as StoredObject['metadata'];
    const containers = [{ name: 'web', image: 'workload' }];
    this.#store.put('pods', name, {
      kind: 'Pod',
      metadata,
      spec: { containers },
      status: { phase: 'Pending' },
    });
    const address = `10.0.0.${this.#pods}`;
    this.processes.set(name, {
      address,
      lines: [],
      answered: 0,
      listeners: new Set(),
      listening: false,
      ended: false,
    });
    this.#timers.after(3, () => this.#update(name, { spec: { containers, nodeName: node } }));
    // One after the other: timers of unequal lengths that are all overdue do not run in the order of their times.
    this.#timers.after(this.#pace.bootMs / 2, () => {
      this.#say(name, 'started');
      this.#update(name, { status: runningStatus(name, address, false) });
      this.#timers.after(this.#pace.bootMs / 2, () => {
        this.#listen(name, address);
      });
    });
  }

  #listen(name: string, address: string): void {
    const process = this.processes.get(name);
    if (process === undefined || process.ended) return;
    this.beforeChange();
    process.listening = true;
    this.#say(name, 'listening');
    this.#update(name, { status: runningStatus(name, address, true) });
    this.#listEndpoints();
  }

  #update(name: string, fields: Partial<StoredObject>): void {
    const pod = this.#store.get('pods', name);
    if (pod !== undefined) this.#store.put('pods', name, { ...pod, ...fields });
  }

  #listEndpoints(): void {
    for (const service of this.#store.all('services')) {
      const selector = Object.entries((service.spec['selector'] ?? {}) as Record<string, string>);
      const endpoints = this.#store
        .all('pods')
        .filter(({ metadata }) => selector.every(([key, value]) => metadata.labels?.[key] === value))
        .filter(({ status }) => status['podIP'] !== undefined)
        .map((pod) => ({
          addresses: [pod.status['podIP'] as string],
          conditions: { ready: isReady(pod) && pod.metadata.deletionTimestamp === undefined },
          nodeName: (pod.spec as unknown as PodSpec).nodeName,
          targetRef: { kind: 'Pod', name: pod.metadata.name },
        }));
      const { name } = service.metadata;
      const labels = { 'kubernetes.io/service-name': name };
      const before = this.#store.get('endpointslices', `${name}-slice`);
      if (JSON.stringify(before?.['endpoints']) === JSON.stringify(endpoints)) continue;
      const metadata = { labels } as unknown as StoredObject['metadata'];
      this.#store.put('endpointslices', `${name}-slice`, { kind: 'EndpointSlice', metadata, endpoints });
    }
  }
}

const END_STEPS = 4;
const REVISION = 'deployment.kubernetes.io/revision';

function ready(pods: readonly StoredObject[]): number {
  return pods.filter(isReady).length;
}

function isReady({ status }: StoredObject): boolean {
  const conditions = (status['conditions'] ?? []) as { type: string; status: string }[];
  return conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True');
}

function runningStatus(pod: string, address: string, ready: boolean): Record<string, unknown> {
  return {
    phase: 'Running',
    podIP: address,
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    containerStatuses: [
      {
        name: 'web',
        containerID: `containerd://${pod}`,
        restartCount: 0,
        ready,
        state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
      },
    ],
  };
}
