/**
 * Carries out a scenario's faults: begins each at its time or at its point of a rollout, undoes it when its time is
 * over, and knows what is still to come.
 */
import { SECOND_MS, type TimeMs } from '../../kernel/time.ts';
import type { RandomStream } from '../../kernel/random.ts';
import type { Fault, FaultAction } from '../../scenario/fault.ts';
import { describeHits } from '../../scenario/fault-hits.ts';
import { containerKill } from './container-kill.ts';
import { dependencyOutage } from './dependency-outage.ts';
import { drain } from './drain.ts';
import type { FaultCourse, FaultWorld } from './fault-course.ts';
import type { FaultLog } from './fault-log.ts';
import { nodeDown } from './node-down.ts';
import { podFailure } from './pod-failure.ts';
import { podKill } from './pod-kill.ts';
import { onRolloutShare } from './rollout-share.ts';

/** What begins or ends gets so long to show, whether or not anything comes of it. */
const AFTERMATH_MS = 10 * SECOND_MS;

export class FaultRunner {
  readonly #world: FaultWorld;
  readonly #log: FaultLog;
  readonly #courses: FaultCourse[] = [];
  /** Faults whose time is known, and recoveries. */
  #scheduled = 0;
  #lastMs: TimeMs = Number.NEGATIVE_INFINITY;

  /** @param deployment the one behind the called Service, for faults that name none */
  constructor(world: FaultWorld, faults: readonly Fault[], log: FaultLog, deployment: string | null) {
    this.#world = world;
    this.#log = log;
    faults.forEach((fault, index) => {
      const { start } = fault;
      if (start.kind === 'at') {
        this.#schedule(start.timeMs, fault, index);
        return;
      }
      onRolloutShare(world, start.deployment ?? deployment ?? '', start.rollout, () => {
        this.#schedule(world.simulation.nowMs + start.delayMs, fault, index);
      });
    });
  }

  /** Whether something will break or recover, or is being carried out, whatever happens until then. */
  get moreToCome(): boolean {
    const fresh = this.#world.simulation.nowMs - this.#lastMs < AFTERMATH_MS;
    return fresh || this.#scheduled > 0 || this.#courses.some((course) => course.underWay);
  }

  #schedule(timeMs: TimeMs, fault: Fault, index: number): void {
    this.#scheduled += 1;
    this.#world.simulation.at(timeMs, () => {
      this.#scheduled -= 1;
      this.#begin(fault, index);
    });
  }

  #begin(fault: Fault, index: number): void {
    const { simulation, streams, timeline } = this.#world;
    this.#lastMs = simulation.nowMs;
    const course = begin(this.#world, fault.action, streams.stream('fault-targets', index));
    this.#courses.push(course);
    const object = `fault/${index + 1}`;
    timeline.note('fault-injected', object, { detail: describeHits(fault.action, course.hits) });
    const injected = this.#log.add(fault, course.hits, simulation.nowMs);
    course.apply();
    if (course.lastsMs === null) return;
    this.#scheduled += 1;
    simulation.after(course.lastsMs, () => {
      this.#scheduled -= 1;
      this.#lastMs = simulation.nowMs;
      injected.untilMs = simulation.nowMs;
      course.recover();
      timeline.note('fault-recovered', object, { detail: describeHits(fault.action, course.hits) });
    });
  }
}

function begin(world: FaultWorld, action: FaultAction, random: RandomStream): FaultCourse {
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
