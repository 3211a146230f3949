/** One simulated run: scenario and seed in, run record out. */
import { RECORD_SCHEMA, type RunRecord, type Totals } from '../record.ts';
import type { Deployment, Scenario } from '../scenario/scenario.ts';
import type { Detail, EngineChoice, TrafficCounts } from './data-plane.ts';
import { Attribution } from './recording/attribution.ts';
import { FailureRecorder } from './recording/failure-recorder.ts';
import { FaultCause } from './recording/fault-cause.ts';
import { LoadShare, podCapacityRps } from './recording/load-share.ts';
import { manifestLinesOf } from './recording/manifest-lines.ts';
import { PodHistories } from './recording/pod-history.ts';
import { PodRecorder } from './recording/pod-recorder.ts';
import { rolloutResult } from './recording/rollout-result.ts';
import { tellFailedRequest } from './recording/story.ts';
import { servingContainer } from './workload/app-runtime.ts';
import { BIN_MS, World } from './world.ts';

export interface SimulateOptions {
  /** Any safe integer; equal seeds give equal bytes. */
  readonly seed: number;
  /** `auto` when not given. */
  readonly engine?: EngineChoice;
  /** `full` when not given. */
  readonly detail?: Detail;
  /** How many failed requests of each cause keep their story. */
  readonly failedSampleMax?: number;
  /** The ordinal of one failed request that is kept whatever its cause. */
  readonly storyOf?: number;
  /** Once more requests than this have failed, the run ends early: for whoever asks no more than that. */
  readonly failedEnough?: number;
  /** Asked once a simulated second: once it says so the run ends early, and its record is worth nothing. */
  readonly isUnwanted?: () => boolean;
  /** Told which pods there are before the run begins, and on which nodes: the timeline starts with what changes. */
  readonly onSettled?: (pods: readonly SettledPod[]) => void;
}

export interface SettledPod {
  readonly name: string;
  /** null: none had room. */
  readonly node: string | null;
}

const SAMPLE_PER_CAUSE = 5;

/** Simulates one run. @throws EventLimitError when the model does not settle within its event limit (our bug) */
export function simulate(scenario: Scenario, options: SimulateOptions): RunRecord {
  const run = new RecordedRun(scenario, options);
  return run.record();
}

class RecordedRun {
  readonly #scenario: Scenario;
  readonly #seed: number;
  /** The Deployment under test: the one whose pods the traffic's Service selects. */
  readonly #deployment: Deployment | null;
  readonly #world: World;
  readonly #failures: FailureRecorder;
  readonly #histories: PodHistories;
  readonly #pods: PodRecorder;
  readonly #load: LoadShare;
  readonly #onSettled: SimulateOptions['onSettled'];
  readonly #failedEnough: number;
  readonly #isUnwanted: () => boolean;
  #failed = 0;

  constructor(scenario: Scenario, options: SimulateOptions) {
    this.#scenario = scenario;
    this.#seed = options.seed;
    this.#onSettled = options.onSettled;
    this.#failedEnough = options.failedEnough ?? Number.POSITIVE_INFINITY;
    this.#isUnwanted = options.isUnwanted ?? (() => false);
    this.#failures = new FailureRecorder((failure) => attribution.causeOf(failure), {
      keptPerCause: options.failedSampleMax ?? SAMPLE_PER_CAUSE,
      keptOrdinal: options.storyOf ?? null,
    });
    const world = new World(
      scenario,
      { seed: options.seed, engine: options.engine ?? 'auto', detail: options.detail ?? 'full' },
      (failure) => {
        this.#failed++;
        this.#failures.record(failure);
      },
    );
    this.#world = world;
    const lines = manifestLinesOf(scenario);
    const deployment = lines.deploymentOf(world.service);
    this.#deployment = deployment;
    // The engine follows requests only when the world calls it. What is recorded from here on must find every earlier
    // failure told, or it would be explained by what came after it.
    const catchUp = (): void => {
      world.engine.advance(world.simulation.nowMs);
    };
    world.timeline.onNote(catchUp);
    world.api.observe(catchUp);
    this.#histories = new PodHistories(world.timeline);
    this.#pods = new PodRecorder({
      api: world.api,
      now: () => world.simulation.nowMs,
      deployment: deployment?.name ?? null,
      service: world.service?.name ?? null,
      binMs: BIN_MS,
    });
    const container = deployment === null ? null : servingContainer(deployment.template, world.service);
    this.#load = new LoadShare({
      traffic: scenario.traffic,
      podCapacityRps: container === null ? 0 : podCapacityRps(container),
      readyPods: () => this.#pods.readyPods,
    });
    const attribution = new Attribution({
      scenario,
      service: world.service,
      deployment,
      lines,
      histories: this.#histories,
      servedPodAt: (index) => world.runtime.servedPodAt(index),
      load: this.#load,
      faults:
        scenario.faults.length === 0
          ? null
          : new FaultCause({
              log: world.faultLog,
              cluster: scenario.cluster,
              deployment,
              lines,
              histories: this.#histories,
            }),
    });
    this.#watchTimeline();
  }

  #watchTimeline(): void {
    this.#world.timeline.onNote(({ kind, object, node }) => {
      if (kind === 'listener-open') this.#pods.listenerChanged(object, true);
      else if (kind === 'listener-closed') this.#pods.listenerChanged(object, false);
      else if (kind === 'endpoint-listed' && node !== undefined) this.#pods.usableChanged(object, 1);
      else if (kind === 'endpoint-withdrawn' && node !== undefined) this.#pods.usableChanged(object, -1);
    });
  }

  record(): RunRecord {
    const world = this.#world;
    world.begin();
    this.#onSettled?.(
      [...world.api.readAll('Pod').values()].map(({ name, nodeName }) => ({ name, node: nodeName })),
    );
    this.#pods.begin();
    this.#load.begin();
    const endMs = world.run(() => this.#failed > this.#failedEnough || this.#isUnwanted());
    const counts = world.engine.counts();
    const pods = this.#pods.finish(endMs);
    const deployment = this.#deployment;
    const rollout = rolloutResult({
      events: world.timeline.events,
      deployment: deployment?.name ?? null,
      lives: pods.lives,
      templateHashAtStart: deployment?.template.hash ?? null,
      templateHash: world.api.read('Deployment', deployment?.name ?? '')?.template.hash ?? null,
    });
    return {
      schema: RECORD_SCHEMA,
      source: 'simulated',
      scenario: { name: this.#scenario.name, digest: this.#scenario.digest },
      seed: this.#seed,
      engine: world.engine.mode,
      accuracy: world.engine.accuracy(),
      profile: this.#scenario.profile.name,
      startMs: 0,
      endMs,
      timeline: world.timeline.events,
      series: { binMs: BIN_MS, ...counts.series, ...pods.series },
      totals: totalsOf(counts),
      rollout,
      pods: pods.figures,
      causes: this.#failures.causes(),
      failedSample: this.#stories(),
    };
  }

  #stories(): RunRecord['failedSample'] {
    const { nodes } = this.#scenario.cluster;
    return this.#failures.kept.map((kept) => {
      const served = this.#world.runtime.servedPodAt(kept.failure.pod);
      return tellFailedRequest(kept, {
        clientName: (client) => `client-${client + 1}`,
        nodeName: (node) => nodes[node]?.name ?? `node ${node}`,
        served,
        history: served === undefined ? null : this.#histories.of(served.pod.name),
      });
    });
  }
}

function totalsOf({ series: _series, ...counts }: TrafficCounts): Totals {
  const failed = Object.values(counts.failedByClass).reduce((sum, count) => sum + count, 0);
  return { ...counts, failed };
}
