/**
 * The composition root: builds every part of one run from a scenario and a seed, connects cluster and traffic,
 * and knows when nothing more will happen.
 */
import { appliedBy } from '../scenario/applied-objects.ts';
import { RandomStreams } from '../kernel/random.ts';
import { Simulation } from '../kernel/simulation.ts';
import { MINUTE_MS, SECOND_MS, type TimeMs } from '../kernel/time.ts';
import type { ClusterSpec, Scenario, Service } from '../scenario/scenario.ts';
import { ChangeRunner } from './change-runner.ts';
import { ApiServer } from './cluster/api-server.ts';
import type { ClusterContext } from './cluster/cluster-context.ts';
import { DeploymentController } from './cluster/deployment/deployment-controller.ts';
import { DisruptionController } from './cluster/disruption-controller.ts';
import { EndpointSliceController } from './cluster/endpoints.ts';
import { JobController } from './cluster/job.ts';
import { StartQueue } from './cluster/kubelet/start-queue.ts';
import { NodeLifecycleController } from './cluster/node-lifecycle-controller.ts';
import { TaintEviction } from './cluster/node/taint-eviction.ts';
import { selects, type PodObject } from './cluster/objects.ts';
import { quotaAdmission } from './cluster/quota.ts';
import { ReplicaSetController } from './cluster/replica-set/replica-set-controller.ts';
import { Scheduler } from './cluster/scheduler.ts';
import { settledPlacement } from './cluster/scheduling/settled-placement.ts';
import { balancing } from './cluster/service-proxy.ts';
import type { CountingEngine, Detail, EngineChoice, FailureListener } from './data-plane.ts';
import { FaultLog } from './fault/fault-log.ts';
import { FaultRunner } from './fault/fault-runner.ts';
import { Latencies } from './latencies.ts';
import { NodeHost } from './node-host.ts';
import { seedSettledState } from './settle.ts';
import { Timeline } from './timeline.ts';
import { ExactEngine } from './traffic/exact-engine.ts';
import { SkipAheadEngine } from './traffic/skip-ahead/skip-ahead-engine.ts';
import { AppRuntime } from './workload/app-runtime.ts';
import { Dependencies } from './workload/dependencies.ts';

/** Traffic flows this long before time 0, uncounted, so that pools and queues are as full as they are in the long run. */
const WARM_UP_MS = 5 * SECOND_MS;
/** The world has settled once nothing was stored for this long and nothing is under way. */
const QUIET_MS = 5 * SECOND_MS;
/** A stalled rollout is watched a little longer: it keeps its last state for good (R-DEP-14). */
const STALLED_MS = 10 * SECOND_MS;
/** From an open listener until even a slow probe and minReadySeconds have let the rollout go on. */
const BOOTED_MS = 30 * SECOND_MS;
/** At least this much is simulated, so that a run without changes says something about the traffic. */
const SHORTEST_RUN_MS = MINUTE_MS;

export const BIN_MS = 100;

export interface WorldOptions {
  readonly seed: number;
  readonly engine: EngineChoice;
  readonly detail: Detail;
}

export class World {
  readonly simulation: Simulation;
  readonly timeline: Timeline;
  readonly api: ApiServer;
  readonly engine: CountingEngine;
  readonly runtime: AppRuntime;
  readonly scenario: Scenario;
  /** The Service that the traffic goes to; null when the scenario names none that exists. */
  readonly service: Service | null;
  readonly #context: ClusterContext;
  /** Controllers and proxies: they act on what they watch, nobody calls them. */
  readonly #actors: object[] = [];
  /** What has been broken so far, and what it hit. */
  readonly faultLog: FaultLog = new FaultLog();
  readonly #dependencies = new Dependencies();
  readonly #nodes = new Map<string, NodeHost>();
  readonly #downNodes = new Map<string, 'for-a-while' | 'for-good'>();
  #lifecycle: NodeLifecycleController | null = null;
  #changes: ChangeRunner | null = null;
  #faults: FaultRunner | null = null;
  #lastStoredMs: TimeMs = 0;
  #stalledMs: TimeMs | null = null;

  constructor(scenario: Scenario, { seed, engine, detail }: WorldOptions, onFailure: FailureListener) {
    const streams = new RandomStreams(seed);
    const latencies = new Latencies(scenario.profile, streams);
    this.scenario = scenario;
    this.simulation = new Simulation({ startMs: -WARM_UP_MS });
    this.timeline = new Timeline(() => this.simulation.nowMs);
    this.api = new ApiServer(this.simulation, latencies, streams);
    this.service = findService(scenario);
    const Engine = engine === 'exact' || needsEveryRequest(scenario) ? ExactEngine : SkipAheadEngine;
    this.engine = new Engine({
      traffic: scenario.traffic,
      nodes: scenario.cluster.nodes.length,
      balancing: balancing(this.service, scenario.cluster.kubeProxy.mode),
      roundTripMs: latencies.sample('networkRoundTrip', 'cluster'),
      streams,
      startMs: -WARM_UP_MS,
      recordFromMs: 0,
      horizonMs: scenario.limits.durationMs,
      binMs: BIN_MS,
      latencySeries: detail === 'full',
      onFailure,
    });
    this.#context = {
      simulation: this.simulation,
      streams,
      latencies,
      timeline: this.timeline,
      api: this.api,
      cluster: withCachedImages(scenario),
      starts: new StartQueue(),
    };
    this.runtime = new AppRuntime({
      ...this.#context,
      engine: this.engine,
      service: this.service,
      dependencies: this.#dependencies,
      clockOf: (name) => this.#nodes.get(name)?.clock,
      nodeIndex: (name) => scenario.cluster.nodes.findIndex((node) => node.name === name),
    });
  }

  #build(): void {
    const context = this.#context;
    const { api } = context;
    api.admit(quotaAdmission(context));
    const endpoints = new EndpointSliceController(context);
    const place = settledPlacement(context.cluster.nodes, context.streams);
    for (const { name } of context.cluster.nodes) {
      api.seed<'Node'>({ kind: 'Node', name, unschedulable: false, taints: [], ready: 'True' }, -WARM_UP_MS);
    }
    const running = seedSettledState(api, this.scenario, place);
    this.#buildNodes();
    for (const host of this.#nodes.values()) host.start(running);
    this.#actors.push(
      new Scheduler(context),
      new ReplicaSetController(context),
      new DeploymentController(context),
      new JobController(context),
    );
    if (this.scenario.faults.some(({ action }) => action.kind === 'drain')) {
      const budgets = new DisruptionController(context);
      budgets.settle();
      this.#actors.push(budgets);
    }
    for (const service of api.readAll('Service').keys()) endpoints.settle(service);
    for (const host of this.#nodes.values()) host.startProxy();
    api.observe(() => {
      this.#lastStoredMs = this.simulation.nowMs;
    });
    this.timeline.onNote((event) => {
      // What is done about a stalled rollout is given as long again to show.
      const touched = event.kind === 'change-applied' && this.#stalledMs !== null;
      if (event.kind === 'rollout-stalled' || touched) {
        // A deadline shorter than the boot stops nothing: the controller keeps trying (R-DEP-14).
        const bootEndMs = this.runtime.lastBootEndMs;
        this.#stalledMs = bootEndMs > event.timeMs ? bootEndMs + BOOTED_MS : event.timeMs;
      }
      if (event.kind === 'rollout-started' || event.kind === 'rollout-complete') this.#stalledMs = null;
    });
  }

  /** Only nodes that some fault takes down are watched, and have clocks of their own. */
  #buildNodes(): void {
    const context = this.#context;
    const failing = new Set(
      this.scenario.faults.flatMap(({ action }) => (action.kind === 'node-down' ? [action.node] : [])),
    );
    if (failing.size > 0) {
      this.#lifecycle = new NodeLifecycleController(context);
      this.#actors.push(new TaintEviction(context));
    }
    context.cluster.nodes.forEach((node, index) => {
      const host = new NodeHost({
        context,
        node,
        index,
        runtime: () => this.runtime,
        engine: this.engine,
        service: this.service?.name ?? null,
        lifecycle: failing.has(node.name) ? this.#lifecycle : null,
      });
      this.#nodes.set(node.name, host);
    });
  }

  /** Builds the settled cluster, runs the traffic's warm-up, then starts the engineer's changes at time 0. */
  begin(): void {
    this.#build();
    this.simulation.runUntil(0);
    this.engine.advance(0);
    this.#changes = new ChangeRunner(this.#context, this.scenario.changes);
    if (this.scenario.faults.length > 0) this.#faults = this.#buildFaults();
  }

  #buildFaults(): FaultRunner {
    const { before, changes, faults } = this.scenario;
    const selector = this.service?.selector ?? {};
    const applied = changes.flatMap(appliedBy);
    const served = [...before, ...applied].find(
      (object) => object.kind === 'Deployment' && selects(selector, object.template.labels),
    );
    const world = {
      ...this.#context,
      client: this.api.client('chaos', 50, 300),
      dependencies: this.#dependencies,
      servedLabels: selector,
      nodes: this.#nodes,
      downNodes: this.#downNodes,
      evictsPods: () => this.#lifecycle?.evicts ?? false,
    };
    return new FaultRunner(world, faults, this.faultLog, served?.name ?? null);
  }

  /** Runs until the world has settled, the scenario's limit is reached or enough is known. @returns the end's time */
  run(enough: () => boolean = () => false): TimeMs {
    const limitMs = this.scenario.limits.durationMs;
    let untilMs = 0;
    while (untilMs < limitMs && !enough() && !this.#settled()) {
      untilMs = Math.min(limitMs, untilMs + SECOND_MS);
      this.simulation.runUntil(untilMs);
    }
    this.engine.finish(untilMs);
    return untilMs;
  }

  #settled(): boolean {
    const { nowMs } = this.simulation;
    if (this.#changes?.moreToCome === true || this.#faults?.moreToCome === true) return false;
    if (nowMs < SHORTEST_RUN_MS || this.#changes?.finished === false) return this.#stalledFor(STALLED_MS);
    if (this.#lastRateMs() > nowMs || nowMs - this.#lastStoredMs < QUIET_MS) return false;
    for (const pod of this.api.readAll('Pod').values()) {
      if (pod.phase === 'Succeeded' || pod.phase === 'Failed') continue;
      if (this.#isLeftAlone(pod)) continue;
      if (pod.deletionMs !== null || !pod.ready) return this.#stalledFor(STALLED_MS);
    }
    for (const deployment of this.api.readAll('Deployment').values()) {
      if (!deployment.paused && deployment.status.updatedReplicas < deployment.replicas) {
        return this.#stalledFor(STALLED_MS);
      }
    }
    return true;
  }

  /** Faults have left it where it is: no node will take it, or its own will never be heard of again (R-NOD-8). */
  #isLeftAlone(pod: PodObject): boolean {
    if (this.#downNodes.get(pod.nodeName ?? '') === 'for-good') return true;
    const quietMs = this.simulation.nowMs - this.#lastStoredMs;
    return this.#faults !== null && pod.nodeName === null && quietMs >= STALLED_MS;
  }

  #stalledFor(durationMs: number): boolean {
    if (this.#stalledMs === null) return false;
    const deployments = [...this.api.readAll('Deployment').values()];
    const stalled = deployments.some(
      ({ status }) => status.progressing?.reason === 'ProgressDeadlineExceeded',
    );
    // It has made progress since, and is noted again should it stall again.
    if (stalled) return this.simulation.nowMs - this.#stalledMs >= durationMs;
    this.#stalledMs = null;
    return false;
  }

  /** A profiled rate is followed to its last entry. */
  #lastRateMs(): TimeMs {
    return this.scenario.traffic.rate.at(-1)?.atMs ?? 0;
  }
}

/** Users of a closed loop wait for their answers, and clients of a dead node for nothing: no law speaks for them. */
function needsEveryRequest({ traffic, faults }: Scenario): boolean {
  return traffic.closed !== null || faults.some(({ action }) => action.kind === 'node-down');
}

/** Every node holds the images of what has been running: pods of every kind have been on it before. */
function withCachedImages({ cluster, before }: Scenario): ClusterSpec {
  const templates = before.flatMap((object) => ('template' in object ? [object.template] : []));
  const containers = templates.flatMap((template) => template.initContainers.concat(template.containers));
  return { ...cluster, cachedImages: cluster.cachedImages.concat(containers.map(({ image }) => image)) };
}

function findService(scenario: Scenario): Service | null {
  const services = scenario.before.filter((object) => object.kind === 'Service');
  return services.find((service) => service.name === scenario.traffic.service) ?? null;
}
