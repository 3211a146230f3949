/** A fault that is never done and undone at the same time, and undone once however many ask: the scenario and the replay's end. */
import type { FaultCourse } from './chaos-world.ts';

export class UndoneOnce implements FaultCourse {
  readonly #course: FaultCourse;
  #applying: Promise<void> = Promise.resolve();
  #recovering: Promise<void> | null = null;

  constructor(course: FaultCourse) {
    this.#course = course;
  }

  get hits(): FaultCourse['hits'] {
    return this.#course.hits;
  }

  get lastsMs(): FaultCourse['lastsMs'] {
    return this.#course.lastsMs;
  }

  get underWay(): boolean {
    return this.#course.underWay;
  }

  async apply(): Promise<void> {
    this.#applying = this.#course.apply();
    return this.#applying;
  }

  /** Waits for what is being done, and tries again what could not be undone before. */
  async recover(): Promise<void> {
    this.#recovering ??= this.#recoverNow();
    return this.#recovering;
  }

  async #recoverNow(): Promise<void> {
    // However it failed, what it has done until then must be undone.
    await Promise.allSettled([this.#applying]);
    try {
      await this.#course.recover();
    } catch (error) {
      this.#recovering = null;
      throw error;
    }
  }
}
