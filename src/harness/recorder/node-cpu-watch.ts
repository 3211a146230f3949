/**
 * How much CPU each node of the cluster uses: its whole CPU time is read every few seconds, and in between it is taken to
 * have been used evenly.
 */
import type { ContainerCpu, CpuTime } from '../docker/container-cpu.ts';

const LOOK_EVERY_MS = 5000;

/** Counted on when the node's own counter starts again. */
type Sample = CpuTime;

interface Course {
  readonly samples: Sample[];
  /** What the node's own counter was last. */
  counter: number;
}

export class NodeCpuWatch {
  readonly #read: ContainerCpu;
  readonly #courses: ReadonlyMap<string, Course>;
  #last: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  /** @param nodes names of their containers */
  constructor(nodes: readonly string[], read: ContainerCpu) {
    this.#read = read;
    this.#courses = new Map(nodes.map((name) => [name, { samples: [], counter: 0 }]));
  }

  /** Looks now and every few seconds, at this moment too (milliseconds since the epoch). */
  start(zeroEpochMs: number): void {
    void this.look();
    this.#lookNext(zeroEpochMs);
  }

  /** One look at all of them. Looks do not overtake each other: counters only grow. */
  async look(): Promise<void> {
    this.#last = this.#last.then(async () => {
      await Promise.all([...this.#courses].map(async ([name, course]) => this.#lookAt(name, course)));
    });
    return this.#last;
  }

  /**
   * @returns how many cores the node used on average between two moments (milliseconds since the epoch), as far as they
   *   were watched; null when they were not
   */
  meanCores(node: string, fromMs: number, toMs: number): number | null {
    const samples = this.#courses.get(node)?.samples ?? [];
    const first = Math.max(fromMs, samples.at(0)?.atMs ?? Infinity);
    const last = Math.min(toMs, samples.at(-1)?.atMs ?? -Infinity);
    return last > first ? (usedUntil(samples, last) - usedUntil(samples, first)) / (last - first) : null;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #lookNext(zeroEpochMs: number): void {
    const sinceMs = Date.now() - zeroEpochMs;
    const nextMs = (Math.floor(sinceMs / LOOK_EVERY_MS) + 1) * LOOK_EVERY_MS;
    this.#timer = setTimeout(() => {
      void this.look();
      this.#lookNext(zeroEpochMs);
    }, nextMs - sinceMs);
    this.#timer.unref();
  }

  async #lookAt(name: string, course: Course): Promise<void> {
    const time = await this.#read(name);
    const before = course.samples.at(-1);
    if (time === null || time.atMs <= (before?.atMs ?? -Infinity)) return;
    const { atMs, usedMs: counter } = time;
    // A node that was started again counts from 0; what it used last before that is lost.
    const used = counter >= course.counter ? counter - course.counter : counter;
    course.samples.push({ atMs, usedMs: (before?.usedMs ?? 0) + used });
    course.counter = counter;
  }
}

/** @param atMs between the first sample and the last */
function usedUntil(samples: readonly Sample[], atMs: number): number {
  const index = samples.findIndex((sample) => sample.atMs >= atMs);
  const after = samples[index];
  const before = samples[index - 1];
  if (after === undefined)
    throw new Error('the CPU time of a node is asked for a moment that was not watched');
  if (before === undefined) return after.usedMs;
  const share = (atMs - before.atMs) / (after.atMs - before.atMs);
  return before.usedMs + share * (after.usedMs - before.usedMs);
}
