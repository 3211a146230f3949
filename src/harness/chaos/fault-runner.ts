/**
 * Carries out a scenario's faults on the cluster: begins each at its time or at its point of a rollout, undoes it when
 * its time is over, and at the end undoes whatever is left.
 */
import { RandomStreams, type RandomStream } from '../../kernel/random.ts';
import type { DurationMs, TimeMs } from '../../kernel/time.ts';
import type { Fault, FaultAction } from '../../scenario/fault.ts';
import { describeHits } from '../../scenario/fault-hits.ts';
import type { PodChaos } from '../../scenario/chaos/chaos-mesh.generated.ts';
import { byChaosMesh } from './chaos-mesh.ts';
import type { ChaosWorld, FaultCourse } from './chaos-world.ts';
import { containerKill } from './container-kill.ts';
import { dependencyOutage } from './dependency-outage.ts';
import { drain } from './drain.ts';
import type { FaultLog } from './fault-log.ts';
import { nodeDown } from './node-down.ts';
import { podFailure } from './pod-failure.ts';
import { podKill } from './pod-kill.ts';
import { UndoneOnce } from './undone-once.ts';

export interface FaultRunnerParts {
  readonly world: ChaosWorld;
  readonly faults: readonly Fault[];
  /** For each fault the object that Chaos Mesh carries out; where there is none, it is done natively (R-CHX-12). */
  readonly objects: readonly (PodChaos | null)[];
  readonly log: FaultLog;
  /** For the choice of targets: the same seed chooses the same positions. */
  readonly seed: number;
  readonly nowMs: () => TimeMs;
  /** What begins or ends gets so long to show, whether or not anything comes of it. */
  readonly aftermathMs: DurationMs;
  /** Waits until a share of a Deployment's pods is updated and available; null: the one behind the called Service. */
  readonly rolloutReaches: (deployment: string | null, share: number) => Promise<void>;
}

export class FaultRunner {
  readonly #parts: FaultRunnerParts;
  readonly #streams: RandomStreams;
  readonly #courses: UndoneOnce[] = [];
  #timed = 0;
  #lastMs: TimeMs = Number.NEGATIVE_INFINITY;

  constructor(parts: FaultRunnerParts) {
    this.#parts = parts;
    this.#streams = new RandomStreams(parts.seed);
  }

  /** Whether something will break or recover, or is being carried out, whatever happens until then. */
  get moreToCome(): boolean {
    const fresh = this.#parts.nowMs() - this.#lastMs < this.#parts.aftermathMs;
    return fresh || this.#timed > 0 || this.#courses.some(({ underWay }) => underWay);
  }

  /** Begins and ends every fault in its time. Rejects when one cannot be carried out, or with the world's signal. */
  async run(): Promise<void> {
    await Promise.all(this.#parts.faults.map(async (fault, index) => this.#carryOut(fault, index)));
  }

  /** Undoes what is still broken, in whatever state the replay has ended. All are tried; the first failure is thrown. */
  async recoverAll(): Promise<void> {
    const ends = await Promise.allSettled(this.#courses.map(async (course) => course.recover()));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async #carryOut(fault: Fault, index: number): Promise<void> {
    const { world, nowMs, rolloutReaches } = this.#parts;
    const { start } = fault;
    if (start.kind === 'when') await rolloutReaches(start.deployment, start.rollout);
    this.#timed += 1;
    try {
      await world.wait(start.kind === 'at' ? start.timeMs - nowMs() : start.delayMs);
      await this.#begin(fault, index);
    } finally {
      this.#timed -= 1;
    }
  }

  async #begin(fault: Fault, index: number): Promise<void> {
    const { world, log, nowMs, objects } = this.#parts;
    const object = `fault/${index + 1}`;
    const given = objects[index] ?? null;
    const course = new UndoneOnce(
      given === null
        ? await begin(world, fault.action, this.#streams.stream('fault-targets', index))
        : byChaosMesh(world, given, fault.action),
    );
    // The replay may have ended while targets were chosen: nobody would undo what is done after it.
    world.signal.throwIfAborted();
    // Kept before it is applied: whatever it has done when it fails must be undone.
    this.#courses.push(course);
    this.#lastMs = nowMs();
    const injected = log.add(fault, course.hits, nowMs());
    const note = (kind: 'fault-injected' | 'fault-recovered'): void => {
      world.note(kind, object, { detail: describeHits(fault.action, course.hits) });
    };
    // Chaos Mesh chooses by itself: what it hit is known only afterwards.
    const chosen = course.hits.pods.length > 0 || !('target' in fault.action);
    if (chosen) note('fault-injected');
    await course.apply();
    if (!chosen) note('fault-injected');
    if (course.lastsMs === null) return;
    await world.wait(injected.fromMs + course.lastsMs - nowMs());
    await course.recover();
    injected.untilMs = nowMs();
    this.#lastMs = nowMs();
    note('fault-recovered');
  }
}

async function begin(world: ChaosWorld, action: FaultAction, random: RandomStream): Promise<FaultCourse> {
  switch (action.kind) {
    case 'drain':
      return drain(world, action, random);
    case 'pod-kill':
      return podKill(world, action, random);
    case 'pod-failure':
      return podFailure(world, action, random);
    case 'container-kill':
      return containerKill(world, action, random);
    case 'dependency-outage':
      return dependencyOutage(world, action, random);
    case 'node-down':
      return nodeDown(world, action, random);
  }
}
