/**
 * The node lifecycle controller: misses the heartbeats of a node that is gone, says so in the API, takes its pods out of
 * service and taints it (R-NOD-1 to R-NOD-7). Heartbeats that arrive are no events: the world tells when they stop.
 */
import type { EventHandle } from '../../kernel/event-queue.ts';
import { SECOND_MS, truncateToSecond, type TimeMs } from '../../kernel/time.ts';
import type { ApiClient } from './api-server.ts';
import type { ClusterContext } from './cluster-context.ts';
import { UNREACHABLE } from './node/condition-taints.ts';
import { marksNewPod, NodeHealth } from './node/node-health.ts';
import { isWholeClusterDown, taintRatePerSecond, zoneState } from './node/zone-state.ts';
import type { NodeObject, NodeTaint, PodObject } from './objects.ts';
import { TokenBucket } from './token-bucket.ts';

const NAME = 'node-lifecycle-controller';
/** R-NOD-1: times U(1, 1.04). */
const LEASE_RENEWAL_MS = 10 * SECOND_MS;
const LEASE_JITTER = 0.04;
/** R-NOD-2. */
const MONITOR_PERIOD_MS = 5 * SECOND_MS;
const MONITOR_GRACE_MS = 50 * SECOND_MS;
const STARTUP_GRACE_MS = 60 * SECOND_MS;
/** How often the queue of nodes to be tainted is looked at. */
const TAINT_PERIOD_MS = 100;

const NO_SCHEDULE: NodeTaint = { key: UNREACHABLE, effect: 'NoSchedule' };
const NO_EXECUTE: NodeTaint = { key: UNREACHABLE, effect: 'NoExecute' };

interface Watched {
  readonly name: string;
  readonly zone: string;
  /** How often its heartbeats have stopped. */
  losses: number;
  heard: boolean;
  known: 'ready' | 'unknown';
  monitor: EventHandle | null;
}

export class NodeLifecycleController {
  readonly #context: ClusterContext;
  readonly #client: ApiClient;
  readonly #nodes: readonly Watched[];
  readonly #phaseMs: TimeMs;
  readonly #buckets = new Map<string, TokenBucket>();
  /** Nodes that wait for their NoExecute taint. */
  readonly #toTaint = new Set<Watched>();
  #tainting = false;

  constructor(context: ClusterContext) {
    this.#context = context;
    this.#client = context.api.client(NAME, 20, 30);
    this.#nodes = context.cluster.nodes.map(({ name, zone }) => {
      return { name, zone, losses: 0, heard: true, known: 'ready', monitor: null };
    });
    context.api.watch('Pod', NAME, {
      changed: (pod, old) => {
        const node = this.#nodes.find(({ name }) => name === pod.nodeName);
        if (node === undefined || pod.nodeName === old?.nodeName) return;
        if (marksNewPod(isReady(node) ? 'True' : 'Unknown', true)) this.#markNotReady([pod], node);
      },
    });
    this.#phaseMs = MONITOR_PERIOD_MS * context.streams.stream('node-monitor').unit();
  }

  /** Whether the pods of a node that is gone for good will be deleted in the end (R-NOD-5). */
  get evicts(): boolean {
    return !isWholeClusterDown(this.#zoneStates());
  }

  /** The node's heartbeats stop here. */
  lost(name: string): void {
    const node = this.#node(name);
    node.heard = false;
    if (node.known === 'unknown') return;
    const { streams, simulation } = this.#context;
    const random = streams.stream('node-lease', name, node.losses++);
    const intervalMs = LEASE_RENEWAL_MS * (1 + LEASE_JITTER * random.unit());
    const renewedMs = simulation.nowMs - intervalMs * random.unit();
    const health = new NodeHealth(MONITOR_GRACE_MS, STARTUP_GRACE_MS, Number.NEGATIVE_INFINITY);
    // The controller takes the time at which it looks for the time of the heartbeat that it finds.
    this.#look(node, health, renewedMs, this.#nextLookMs(renewedMs));
  }

  /** The node's heartbeats are back; it says itself that it is Ready (`becameReady`). */
  back(name: string): void {
    const node = this.#node(name);
    node.heard = true;
    if (node.monitor !== null) this.#context.simulation.cancel(node.monitor);
    node.monitor = null;
  }

  /** The kubelet has written that the node is Ready: taints go (R-NOD-8). */
  becameReady(name: string): void {
    const node = this.#node(name);
    if (node.known === 'ready') return;
    node.known = 'ready';
    this.#toTaint.delete(node);
    this.#setTaints(name, (taints) => without(taints, NO_SCHEDULE));
    const { simulation } = this.#context;
    simulation.at(this.#nextLookMs(simulation.nowMs), () => {
      if (node.known === 'ready') this.#setTaints(name, (taints) => without(taints, NO_EXECUTE));
      // Those that were spared while everything was down are gone for a reason of their own now.
      for (const other of this.#nodes) if (other.known === 'unknown') this.#queueTaint(other);
    });
  }

  #node(name: string): Watched {
    const node = this.#nodes.find((candidate) => candidate.name === name);
    if (node === undefined) throw new Error(`there is no node ${name}`);
    return node;
  }

  /** When the controller next looks at all nodes, at `timeMs` or after it. */
  #nextLookMs(timeMs: TimeMs): TimeMs {
    const periods = Math.ceil((timeMs - this.#phaseMs) / MONITOR_PERIOD_MS);
    return this.#phaseMs + periods * MONITOR_PERIOD_MS;
  }

  /** Looks at the node whose last heartbeat was at `renewedMs`, and again until the grace is over or it is back. */
  #look(node: Watched, health: NodeHealth, renewedMs: TimeMs, atMs: TimeMs): void {
    const { simulation, latencies } = this.#context;
    // Going through all nodes takes time, so that no two looks are exactly a period apart.
    const dueMs = atMs + latencies.sample('controllerSync', NAME);
    const look = (): void => {
      node.monitor = null;
      const signs = { ready: 'True', heartbeatMs: renewedMs, leaseMs: renewedMs } as const;
      if (health.look(dueMs, signs).marksPodsNotReady) this.#unknown(node);
      else this.#look(node, health, renewedMs, this.#nextLookMs(atMs + 1));
    };
    if (dueMs <= simulation.nowMs) look();
    else node.monitor = simulation.at(dueMs, look);
  }

  /** R-NOD-3: from True to Unknown, by the controller. */
  #unknown(node: Watched): void {
    const { timeline } = this.#context;
    node.known = 'unknown';
    this.#client.update(
      'Node',
      node.name,
      (current) => {
        timeline.note('node-unready', `node/${node.name}`);
        return { ...current, ready: 'Unknown' };
      },
      () => {
        this.#setTaints(node.name, (taints) => [...without(taints, NO_SCHEDULE), NO_SCHEDULE]);
        const pods = [...this.#context.api.readAll('Pod').values()];
        this.#markNotReady(
          pods.filter((pod) => pod.nodeName === node.name),
          node,
        );
        this.#queueTaint(node);
      },
    );
  }

  /** One after another, each a call of its own (R-GEN-4). */
  #markNotReady(pods: readonly PodObject[], node: Watched): void {
    const { simulation, timeline } = this.#context;
    const next = (index: number): void => {
      const pod = pods[index];
      if (pod === undefined || node.known !== 'unknown') return;
      this.#client.update(
        'Pod',
        pod.name,
        (current) => {
          if (!current.ready || current.uid !== pod.uid) return current;
          timeline.note('pod-unready', `pod/${pod.name}`);
          return { ...current, ready: false, readyTransitionMs: truncateToSecond(simulation.nowMs) };
        },
        () => {
          next(index + 1);
        },
      );
    };
    next(0);
  }

  /** R-NOD-5: nodes are tainted slowly, zone by zone, and not at all when everything is down. */
  #queueTaint(node: Watched): void {
    this.#toTaint.add(node);
    if (this.#tainting) return;
    this.#tainting = true;
    this.#taintNext();
  }

  #taintNext(): void {
    const { simulation } = this.#context;
    const states = this.#zoneStates();
    if (isWholeClusterDown(states)) {
      // Taints that are there go as well: the controller trusts nobody's silence now.
      this.#toTaint.clear();
      for (const { name } of this.#nodes) this.#setTaints(name, (taints) => without(taints, NO_EXECUTE));
    }
    for (const node of this.#toTaint) {
      const bucket = this.#bucketOf(node.zone);
      if (bucket === null || !bucket.tryTake(simulation.nowMs)) continue;
      this.#toTaint.delete(node);
      this.#setTaints(node.name, (taints) => [...without(taints, NO_EXECUTE), NO_EXECUTE]);
    }
    this.#tainting = this.#toTaint.size > 0;
    if (this.#tainting) simulation.after(TAINT_PERIOD_MS, () => this.#taintNext());
  }

  /** null: no node of the zone is tainted as things stand. */
  #bucketOf(zone: string): TokenBucket | null {
    const nodes = this.#nodes.filter((node) => node.zone === zone);
    const rate = taintRatePerSecond(zoneState(nodes.map(isReady)), nodes.length);
    if (rate === 0) return null;
    const key = `${zone} ${rate}`;
    const bucket = this.#buckets.get(key) ?? new TokenBucket(rate, 1);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #zoneStates(): ReturnType<typeof zoneState>[] {
    const zones = new Set(this.#nodes.map(({ zone }) => zone));
    return [...zones].map((zone) => zoneState(this.#nodes.filter((node) => node.zone === zone).map(isReady)));
  }

  #setTaints(name: string, change: (taints: readonly NodeTaint[]) => readonly NodeTaint[]): void {
    const { timeline } = this.#context;
    this.#client.update('Node', name, (current: NodeObject) => {
      const taints = change(current.taints);
      if (JSON.stringify(taints) === JSON.stringify(current.taints)) return current;
      const more = taints.length > current.taints.length;
      const changed = (more ? taints : current.taints).find(
        (taint) => !(more ? current.taints : taints).some((other) => sameTaint(other, taint)),
      );
      const detail = `${changed?.key ?? ''}:${changed?.effect ?? ''}`;
      timeline.note(more ? 'node-tainted' : 'node-untainted', `node/${name}`, { detail });
      return { ...current, taints };
    });
  }
}

function isReady(node: Watched): boolean {
  return node.known === 'ready';
}

function sameTaint(a: NodeTaint, b: NodeTaint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

function without(taints: readonly NodeTaint[], taint: NodeTaint): readonly NodeTaint[] {
  return taints.filter((other) => !sameTaint(other, taint));
}
