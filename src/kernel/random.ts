/**
 * Named random streams. Each is keyed by (seed, purpose, entity, occurrence), so that a setting that adds a
 * draw in one place does not shift the draws of any other: comparisons between settings stay paired.
 */
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

const TO_UNIT = 2 ** -32;
const TO_UNIT_53 = 2 ** -53;

type Generator = ReturnType<typeof xoroshiro128plusFromState>;

export class RandomStream {
  readonly #generator: Generator;
  #spareNormal = Number.NaN;

  constructor(state: readonly [number, number, number, number]) {
    this.#generator = xoroshiro128plusFromState(state);
  }

  /** Uniform integer in [0, 2^32). */
  uint32(): number {
    return this.#generator.next() >>> 0;
  }

  /** Uniform in (0, 1), never 0 or 1, with 32 bits: for draws that are many and whose far tail does not matter. */
  unit(): number {
    return ((this.#generator.next() >>> 0) + 0.5) * TO_UNIT;
  }

  /** Uniform in (0, 1) with 53 bits. */
  unit53(): number {
    const high = this.#generator.next() >>> 5;
    const low = this.#generator.next() >>> 6;
    return (high * 67_108_864 + low + 0.5) * TO_UNIT_53;
  }

  /** Uniform integer in [0, bound); bound at most 2^32. The bias is below bound / 2^32. */
  below(bound: number): number {
    return Math.floor((this.#generator.next() >>> 0) * TO_UNIT * bound);
  }

  /** Standard normal, Marsaglia's polar method: no trigonometry, so the same bits on every engine. */
  normal(): number {
    const spare = this.#spareNormal;
    if (!Number.isNaN(spare)) {
      this.#spareNormal = Number.NaN;
      return spare;
    }
    for (;;) {
      const x = 2 * this.unit() - 1;
      const y = 2 * this.unit() - 1;
      const s = x * x + y * y;
      if (s >= 1 || s === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(s)) / s);
      this.#spareNormal = y * factor;
      return x * factor;
    }
  }

  /** Fills `values` with what as many calls of `normal` would give: one kind of work at a time is quicker. */
  fillNormal(values: Float64Array): void {
    let from = 0;
    if (values.length > 0 && !Number.isNaN(this.#spareNormal)) values[from++] = this.normal();
    const pairsEnd = values.length - ((values.length - from) & 1);
    for (let i = from; i < pairsEnd;) {
      const x = 2 * this.unit() - 1;
      const y = 2 * this.unit() - 1;
      const s = x * x + y * y;
      values[i] = x;
      values[i + 1] = y;
      if (s < 1 && s !== 0) i += 2;
    }
    for (let i = from; i < pairsEnd; i += 2) {
      const x = values[i] as number;
      const y = values[i + 1] as number;
      const s = x * x + y * y;
      const factor = Math.sqrt((-2 * Math.log(s)) / s);
      values[i] = x * factor;
      values[i + 1] = y * factor;
    }
    if (pairsEnd < values.length) values[pairsEnd] = this.normal();
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -Math.log(this.unit());
  }
}

/** Finalising mix of MurmurHash3 (public domain): every input bit reaches every output bit. */
function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

const FNV_PRIME = 0x01000193;
/** One start for each word of a generator's state. */
const SALTS = [0x811c9dc5, 0x9e3779b9, 0x7f4a7c15, 0x2545f491] as const;

/** The only source of randomness of a run; two with the same seed give the same streams in any order of asking. */
export class RandomStreams {
  readonly seed: number;
  /** Where the hash of each word starts. */
  readonly #starts: readonly [number, number, number, number];

  /** @param seed any safe integer */
  constructor(seed: number) {
    this.seed = seed;
    const low = seed | 0;
    const high = Math.floor(seed / 2 ** 32) | 0;
    const start = (salt: number): number => mix(low ^ salt) ^ mix(high + salt);
    this.#starts = [start(SALTS[0]), start(SALTS[1]), start(SALTS[2]), start(SALTS[3])];
  }

  /**
   * @param purpose what is drawn, such as `service-time`
   * @param entity whose draw it is, such as a pod's ordinal name
   * @param occurrence which of several (a restart count, a wave)
   */
  stream(purpose: string, entity: string | number = '', occurrence = 0): RandomStream {
    const key = `${purpose}\u0000${entity}\u0000${occurrence}`;
    // FNV-1a over UTF-16 code units, for all four words at once.
    let [a, b, c, d] = this.#starts;
    for (let i = 0; i < key.length; i++) {
      const code = key.charCodeAt(i);
      a = Math.imul(a ^ code, FNV_PRIME);
      b = Math.imul(b ^ code, FNV_PRIME);
      c = Math.imul(c ^ code, FNV_PRIME);
      d = Math.imul(d ^ code, FNV_PRIME);
    }
    const state = [mix(a ^ SALTS[0]), mix(b ^ SALTS[1]), mix(c ^ SALTS[2]), mix(d ^ SALTS[3]) | 1] as const;
    return new RandomStream(state);
  }
}
