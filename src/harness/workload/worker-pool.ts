/** The workers of one server: so many requests at once, so many more that wait, and no more (R-APP-9). */

type Job = (done: () => void) => void;

export class WorkerPool {
  readonly #concurrency: number;
  readonly #backlog: number;
  readonly #waiting: Job[] = [];
  readonly #whenIdle: (() => void)[] = [];
  #busy = 0;

  constructor(concurrency: number, backlog: number) {
    this.#concurrency = concurrency;
    this.#backlog = backlog;
  }

  /** @returns false when workers and backlog are full: the job is not taken */
  take(job: Job): boolean {
    if (this.#busy < this.#concurrency) {
      this.#run(job);
      return true;
    }
    if (this.#waiting.length >= this.#backlog) return false;
    this.#waiting.push(job);
    return true;
  }

  /** Calls back once nothing runs or waits, at once if that is so now. */
  whenIdle(idle: () => void): void {
    if (this.#busy === 0) idle();
    else this.#whenIdle.push(idle);
  }

  #run(job: Job): void {
    this.#busy += 1;
    job(() => {
      this.#busy -= 1;
      const next = this.#waiting.shift();
      if (next !== undefined) this.#run(next);
      else if (this.#busy === 0) for (const idle of this.#whenIdle.splice(0)) idle();
    });
  }
}
