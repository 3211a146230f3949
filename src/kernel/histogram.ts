/**
 * A histogram of positive numbers with buckets of equal relative width: 128 buckets per doubling, so that a
 * quantile read from it is within 0.4 % of the recorded value. Its size does not depend on how many are recorded.
 */

/** A float32's exponent and its seven highest mantissa bits are the bucket's number. */
const SHIFT = 23 - 7;
const EXPONENT_MIN = -14;
const EXPONENT_MAX = 27;
const FIRST = (EXPONENT_MIN + 127) << 7;
/** How many buckets there are. */
export const BUCKETS: number = (EXPONENT_MAX - EXPONENT_MIN) << 7;

const asFloat = new Float32Array(1);
const asBits = new Int32Array(asFloat.buffer);

/** Smallest value of a bucket. */
export function lowerEdge(bucket: number): number {
  asBits[0] = (bucket + FIRST) << SHIFT;
  return asFloat[0] as number;
}

/** Probability of a value in this bucket or below. */
export type BucketProbability = (bucket: number) => number;

export class Histogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;
  /** Range of buckets that hold something, so that a nearly empty histogram is quick to read and clear. */
  #lowest = BUCKETS;
  #highest = -1;
  /** How many records each bucket of that range and those below it held when there were `#summed` of them. */
  #sums: Uint32Array | null = null;
  #summed = 0;

  /** How many values were recorded. */
  get count(): number {
    return this.#count;
  }

  /** The number of the bucket that holds a value. */
  static bucketOf(value: number): number {
    asFloat[0] = value;
    return Math.min(BUCKETS - 1, Math.max(0, ((asBits[0] as number) >> SHIFT) - FIRST));
  }

  /** Records `count` values of one bucket. */
  recordMany(bucket: number, count: number): void {
    if (count === 0) return;
    this.#counts[bucket] = (this.#counts[bucket] as number) + count;
    if (bucket < this.#lowest) this.#lowest = bucket;
    if (bucket > this.#highest) this.#highest = bucket;
    this.#count += count;
  }

  /** Records a value; those below 2^-14 or from 2^27 on (a day and a half in ms) fall in the outermost buckets. */
  record(value: number): void {
    asFloat[0] = value;
    let bucket = ((asBits[0] as number) >> SHIFT) - FIRST;
    if (bucket < 0) bucket = 0;
    else if (bucket >= BUCKETS) bucket = BUCKETS - 1;
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    if (bucket < this.#lowest) this.#lowest = bucket;
    if (bucket > this.#highest) this.#highest = bucket;
    this.#count++;
  }

  /** Moves everything out of `other` into this one. */
  absorb(other: Histogram): void {
    for (let bucket = other.#lowest; bucket <= other.#highest; bucket++) {
      this.#counts[bucket] = (this.#counts[bucket] as number) + (other.#counts[bucket] as number);
      other.#counts[bucket] = 0;
    }
    this.#count += other.#count;
    this.#lowest = Math.min(this.#lowest, other.#lowest);
    this.#highest = Math.max(this.#highest, other.#highest);
    other.#count = 0;
    other.#lowest = BUCKETS;
    other.#highest = -1;
    other.#summed = 0;
  }

  /** How many records lie in this bucket or below. */
  #upTo(bucket: number): number {
    if (bucket < this.#lowest) return 0;
    if (bucket >= this.#highest) return this.#count;
    this.#sums ??= new Uint32Array(BUCKETS);
    if (this.#summed !== this.#count) this.#sumUp(this.#sums);
    return this.#sums[bucket] as number;
  }

  #sumUp(sums: Uint32Array): void {
    let sum = 0;
    for (let bucket = this.#lowest; bucket <= this.#highest; bucket++) {
      sum += this.#counts[bucket] as number;
      sums[bucket] = sum;
    }
    this.#summed = sum;
  }

  /**
   * The quantile of what was recorded together with `others` further values of which only the law is known.
   * @param probability among the others
   */
  quantileWith(p: number, others: number, probability: BucketProbability): number {
    const wanted = p * (this.#count + others);
    let low = 0;
    let high = BUCKETS - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#upTo(middle) + others * probability(middle) >= wanted) high = middle;
      else low = middle + 1;
    }
    return (lowerEdge(low) + lowerEdge(low + 1)) / 2;
  }

  /**
   * The smallest value that at least the share `p` of the records do not exceed, interpolated inside its bucket.
   * @param p in [0, 1]
   * @returns 0 when nothing was recorded
   */
  quantile(p: number): number {
    if (this.#count === 0) return 0;
    const rank = Math.max(1, Math.ceil(p * this.#count));
    let below = 0;
    for (let bucket = this.#lowest; bucket <= this.#highest; bucket++) {
      const inside = this.#counts[bucket] as number;
      if (below + inside >= rank) {
        const from = lowerEdge(bucket);
        return from + (lowerEdge(bucket + 1) - from) * ((rank - below - 0.5) / inside);
      }
      below += inside;
    }
    throw new Error(`histogram: ${below} of ${this.#count} records found`);
  }
}
