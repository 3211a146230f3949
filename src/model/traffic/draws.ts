/**
 * Draws of one distribution from one stream, made some ahead: a stretch of them in a tight loop costs less than
 * the same draws one by one between other work. The values and their order are those of the stream.
 */
import { compileDistribution, type Distribution } from '../../kernel/distribution.ts';
import type { RandomStream } from '../../kernel/random.ts';

const AHEAD = 64;

const UNIT_EXPONENTIAL = compileDistribution({ kind: 'exponential', mean: 1 });

/** Exponential gaps with mean 1: the area under the rate between two Poisson arrivals. @param random nobody else may draw from it */
export function unitGaps(random: RandomStream): Draws {
  return new Draws(UNIT_EXPONENTIAL, random);
}

export class Draws {
  readonly #distribution: Distribution;
  readonly #random: RandomStream;
  readonly #values = new Float64Array(AHEAD);
  #used = AHEAD;

  /** @param random nobody else may draw from it */
  constructor(distribution: Distribution, random: RandomStream) {
    this.#distribution = distribution;
    this.#random = random;
  }

  next(): number {
    if (this.#used === AHEAD) this.#refill();
    return this.#values[this.#used++] as number;
  }

  #refill(): void {
    const values = this.#values;
    const distribution = this.#distribution;
    if (distribution.fill !== undefined) distribution.fill(this.#random, values);
    else for (let i = 0; i < AHEAD; i++) values[i] = distribution.sample(this.#random);
    this.#used = 0;
  }
}
