/**
 * Whether the machine's wall clock went on steadily: generator, nodes and pods all read it, so that a step of it would
 * move their times against each other. Held against the monotonic clock, which never steps.
 */

export interface Clocks {
  readonly wallMs: () => number;
  readonly monotonicMs: () => number;
}

const SYSTEM: Clocks = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };
const SAMPLE_MS = 250;
const READINGS = 5;
/** Date.now() counts whole milliseconds. */
const RESOLUTION_MS = 1;

export class ClockWatch {
  readonly #clocks: Clocks;
  readonly #offsetMs: number;
  readonly #timer: NodeJS.Timeout;
  #errorMs = 0;

  constructor(clocks: Clocks = SYSTEM) {
    this.#clocks = clocks;
    this.#offsetMs = this.#offset();
    this.#timer = setInterval(() => {
      this.sample();
    }, SAMPLE_MS);
    this.#timer.unref();
  }

  sample(): void {
    const error = Math.abs(this.#offset() - this.#offsetMs);
    this.#errorMs = Math.max(this.#errorMs, error <= RESOLUTION_MS ? 0 : error);
  }

  /** The largest distance of the two clocks from where they were at first. */
  get errorMs(): number {
    return this.#errorMs;
  }

  stop(): void {
    this.sample();
    clearInterval(this.#timer);
  }

  /** Both clocks are read one after another, and on a busy machine much may come between: the closest of a few counts. */
  #offset(): number {
    let offset = 0;
    let closest = Number.POSITIVE_INFINITY;
    for (let reading = 0; reading < READINGS; reading++) {
      const before = this.#clocks.monotonicMs();
      const wall = this.#clocks.wallMs();
      const after = this.#clocks.monotonicMs();
      if (after - before >= closest) continue;
      closest = after - before;
      offset = wall - (before + after) / 2;
    }
    return offset;
  }
}
