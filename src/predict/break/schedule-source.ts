/** Schedules by number, each with everything that it can be shrunk to. A path names one: `12:0:3`. */
import { Random, type Arbitrary, type Value } from 'fast-check';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { RandomStreams } from '../../kernel/random.ts';

/** A value and where it stands: the number that it was drawn with, then the choices among what it can be shrunk to. */
export interface Drawn<T> {
  readonly value: T;
  readonly path: readonly number[];
  readonly shrinks: () => Iterable<Drawn<T>>;
}

export class ScheduleSource<T> {
  readonly #streams: RandomStreams;
  readonly #arbitraryAt: (index: number) => Arbitrary<T>;

  /** @param arbitraryAt what the schedule of a number is drawn from */
  constructor(seed: number, arbitraryAt: (index: number) => Arbitrary<T>) {
    this.#streams = new RandomStreams(seed);
    this.#arbitraryAt = arbitraryAt;
  }

  /** The same for the same seed and index, whatever was asked before. */
  at(index: number): Drawn<T> {
    const arbitrary = this.#arbitraryAt(index);
    const random = new Random(xoroshiro128plus(this.#streams.stream('schedule', index).uint32() | 0));
    // The bias towards small and extreme values wanes with the number of schedules that have been drawn.
    const bias = 2 + String(index).length;
    return drawn(arbitrary, arbitrary.generate(random, bias), [index]);
  }

  /** null when there is no such path. */
  follow(path: readonly number[]): Drawn<T> | null {
    const [index, ...choices] = path;
    if (index === undefined) return null;
    let at: Drawn<T> = this.at(index);
    for (const choice of choices) {
      let next: Drawn<T> | null = null;
      for (const shrunk of at.shrinks()) {
        if (shrunk.path.at(-1) !== choice) continue;
        next = shrunk;
        break;
      }
      if (next === null) return null;
      at = next;
    }
    return at;
  }
}

function drawn<T>(arbitrary: Arbitrary<T>, value: Value<T>, path: readonly number[]): Drawn<T> {
  return {
    value: value.value,
    path,
    *shrinks() {
      let choice = 0;
      for (const shrunk of arbitrary.shrink(value.value, value.context)) {
        yield drawn(arbitrary, shrunk, [...path, choice]);
        choice++;
      }
    },
  };
}
