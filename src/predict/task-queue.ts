/**
 * Work for a fixed number of threads, most urgent first. A task that is no longer wanted before it has begun is never
 * begun: a slider that is still moving leaves no queue of stale answers behind.
 */

/** Smaller numbers first; equal ones in the order in which they came. */
export type Urgency = number;

interface Waiting {
  readonly urgency: Urgency;
  readonly start: () => Promise<void>;
  readonly signal: AbortSignal;
  readonly drop: () => void;
}

export class TaskQueue {
  readonly #atOnce: number;
  readonly #waiting: Waiting[] = [];
  #running = 0;

  /** @param atOnce tasks that may run side by side */
  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /**
   * @returns what the task gives
   * @throws the signal's reason when it is aborted before the task begins, and whatever the task throws
   */
  async add<T>(urgency: Urgency, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    return new Promise<T>((resolve, reject) => {
      const waiting: Waiting = {
        urgency,
        signal,
        start: async () => {
          try {
            resolve(await task());
          } catch (error) {
            reject(error);
          }
        },
        drop: () => {
          reject(signal.reason as Error);
        },
      };
      const place = this.#waiting.findIndex((other) => other.urgency > urgency);
      this.#waiting.splice(place === -1 ? this.#waiting.length : place, 0, waiting);
      this.#startMore();
    });
  }

  #startMore(): void {
    while (this.#running < this.#atOnce) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      if (next.signal.aborted) next.drop();
      else void this.#run(next);
    }
  }

  async #run({ start }: Waiting): Promise<void> {
    this.#running++;
    await start();
    this.#running--;
    this.#startMore();
  }
}
