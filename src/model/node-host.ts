/**
 * One node as a machine: its clock, its kubelet, its proxy and its part in the traffic, and what becomes of them when it
 * loses power, stands still, or loses its network (R-NOD-2, R-NOD-9, R-NOD-10).
 */
import { SECOND_MS } from '../kernel/time.ts';
import type { Simulation } from '../kernel/simulation.ts';
import type { NodeSpec } from '../scenario/scenario.ts';
import { ApiLink } from './cluster/api-link.ts';
import type { ClusterContext } from './cluster/cluster-context.ts';
import { Kubelet } from './cluster/kubelet/kubelet.ts';
import { NodeClock } from './cluster/node-clock.ts';
import type { NodeLifecycleController } from './cluster/node-lifecycle-controller.ts';
import type { PodObject } from './cluster/objects.ts';
import { ServiceProxy } from './cluster/service-proxy.ts';
import type { UsableEndpoints } from './cluster/service-proxy/endpoint-states.ts';
import type { NodeState, TrafficEngine } from './data-plane.ts';
import type { AppRuntime } from './workload/app-runtime.ts';

/** How often a kubelet compares its statuses with the API's, and reports its node's own. */
const REPORT_PERIOD_MS = 10 * SECOND_MS;

export interface NodeHostParts {
  readonly context: ClusterContext;
  readonly node: NodeSpec;
  readonly index: number;
  readonly runtime: () => AppRuntime;
  readonly engine: TrafficEngine;
  /** The Service whose rules its proxy programs; null: none. */
  readonly service: string | null;
  /** Watches its heartbeats; null: it never fails, and does without a clock and a link of its own. */
  readonly lifecycle: NodeLifecycleController | null;
}

export class NodeHost {
  readonly #parts: NodeHostParts;
  #clock: NodeClock | null = null;
  #link: ApiLink | null = null;
  #kubelet: Kubelet | null = null;
  #proxy: ServiceProxy | null = null;
  #boots = 0;

  constructor(parts: NodeHostParts) {
    this.#parts = parts;
  }

  get name(): string {
    return this.#parts.node.name;
  }

  /** undefined: it has lost power. */
  get kubelet(): Kubelet | undefined {
    return this.#kubelet ?? undefined;
  }

  get clock(): Simulation | undefined {
    return this.#clock ?? undefined;
  }

  /** Starts the kubelet of the settled state, with the pods that run on it. */
  start(running: readonly PodObject[]): void {
    this.#startKubelet();
    for (const pod of running) if (pod.nodeName === this.name) this.#kubelet?.adopt(pod);
  }

  /** Programs the rules of the settled state. */
  startProxy(): void {
    const { context, node, service, engine, index, runtime } = this.#parts;
    if (service === null) return;
    const programmed = ({ parts, whenEmpty }: UsableEndpoints): void => {
      const pods = runtime().servedIndices(parts);
      engine.setEndpoints(context.simulation.nowMs, index, { pods, whenEmpty });
    };
    this.#proxy = new ServiceProxy(this.#ownContext(), node, service, programmed);
  }

  /** Power is lost: nothing is left but what is on disk. */
  crash(): void {
    this.#clock?.lose();
    this.#link?.lose();
    this.#proxy?.lost();
    this.#proxy = null;
    this.#kubelet = null;
    this.#goesSilent('stopped', 'crash');
    this.#parts.runtime().nodeLost(this.name);
  }

  /** R-NOD-9: the kubelet starts at once; the proxy and the clients are pods, which take their time. */
  boot(): void {
    const { context } = this.#parts;
    this.#startKubelet();
    this.#kubelet?.boot();
    this.#isHeard('booting');
    this.#reportsReady(0);
    const boot = ++this.#boots;
    const startMs = context.latencies.sample('containerStart', `kube-proxy/${this.name}`);
    this.#clock?.after(startMs, () => {
      if (boot !== this.#boots) return;
      this.startProxy();
      this.#setTraffic('up');
    });
  }

  pause(): void {
    this.#clock?.standStill();
    this.#link?.cut();
    this.#goesSilent('stopped', 'pause');
  }

  resume(): void {
    this.#setTraffic('up');
    this.#clock?.goOn();
    this.#reconnects();
  }

  cutOff(): void {
    this.#link?.cut();
    this.#goesSilent('cut-off', 'partition');
  }

  rejoin(): void {
    this.#setTraffic('up');
    this.#reconnects();
  }

  /** What waited goes through; the rest is put right by the kubelet's periodic looks (R-NOD-3, R-POD-15). */
  #reconnects(): void {
    const { context, lifecycle } = this.#parts;
    context.timeline.note('node-up', `node/${this.name}`);
    const latencyMs = context.latencies.sample('watch', `kubelet/${this.name}/Pod`);
    this.#clock?.after(latencyMs, () => {
      this.#link?.restore();
    });
    lifecycle?.back(this.name);
    const random = context.streams.stream('node-report', this.name, this.#boots++);
    this.#reportsReady(REPORT_PERIOD_MS * random.unit());
    this.#clock?.after(REPORT_PERIOD_MS * random.unit(), () => {
      this.#kubelet?.reconcile();
    });
  }

  #startKubelet(): void {
    const { context, node, lifecycle, runtime } = this.#parts;
    if (lifecycle !== null) {
      this.#clock = new NodeClock(context.simulation);
      this.#link = new ApiLink();
    }
    this.#kubelet = new Kubelet(this.#ownContext(), node, runtime());
  }

  #ownContext(): ClusterContext {
    const { context } = this.#parts;
    if (this.#clock === null || this.#link === null) return context;
    return { ...context, simulation: this.#clock, link: this.#link };
  }

  /** The kubelet writes the node's condition, if the API has another. */
  #reportsReady(delayMs: number): void {
    const { context, lifecycle } = this.#parts;
    const { api, timeline } = context;
    const link = this.#link;
    if (link === null) return;
    this.#clock?.after(delayMs, () => {
      api.client(`kubelet/${this.name}`, 50, 100, link).update(
        'Node',
        this.name,
        (current) => {
          if (current.ready === 'True') return current;
          timeline.note('node-ready', `node/${this.name}`);
          return { ...current, ready: 'True' };
        },
        () => {
          lifecycle?.becameReady(this.name);
        },
      );
    });
  }

  #goesSilent(state: NodeState, detail: string): void {
    const { context, lifecycle } = this.#parts;
    context.timeline.note('node-down', `node/${this.name}`, { detail });
    this.#setTraffic(state);
    lifecycle?.lost(this.name);
  }

  #isHeard(state: NodeState): void {
    this.#parts.context.timeline.note('node-up', `node/${this.name}`);
    this.#setTraffic(state);
    this.#parts.lifecycle?.back(this.name);
  }

  #setTraffic(state: NodeState): void {
    const { engine, context, index } = this.#parts;
    engine.setNode(context.simulation.nowMs, index, state);
  }
}
