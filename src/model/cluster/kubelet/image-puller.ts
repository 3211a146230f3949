/** Brings images to one node (R-POD-4): pull policies, the serial queue, the registry's rate limit, what is cached. */
import type { Simulation } from '../../../kernel/simulation.ts';
import type { Container } from '../../../scenario/scenario.ts';
import type { Latencies } from '../../latencies.ts';
import { TokenBucket } from '../token-bucket.ts';

export interface ImagePullerParts {
  readonly simulation: Simulation;
  readonly latencies: Latencies;
  readonly serialize: boolean;
  readonly cachedImages: readonly string[];
}

interface Pull {
  readonly image: string;
  /** Keys the draws of its latency. */
  readonly entity: string;
  readonly done: (present: boolean) => void;
}

const PULLS_PER_SECOND = 5;
const PULLS_BURST = 10;

export class ImagePuller {
  readonly #parts: ImagePullerParts;
  readonly #cached: Set<string>;
  readonly #queue: Pull[] = [];
  readonly #bucket = new TokenBucket(PULLS_PER_SECOND, PULLS_BURST);
  /** Downloads that run, by image: a second one of the same image waits for the first. */
  readonly #downloads = new Map<string, Pull[]>();
  #pulling = false;

  constructor(parts: ImagePullerParts) {
    this.#parts = parts;
    this.#cached = new Set(parts.cachedImages);
  }

  addCached(image: string): void {
    this.#cached.add(image);
  }

  /** Calls `done` when the image is there, or with false when its policy forbids to fetch it. */
  ensure(
    container: Pick<Container, 'image' | 'imagePullPolicy'>,
    entity: string,
    done: (present: boolean) => void,
  ): void {
    const { image, imagePullPolicy } = container;
    const present = this.#cached.has(image);
    if (imagePullPolicy === 'Never' || (imagePullPolicy === 'IfNotPresent' && present)) {
      done(present);
      return;
    }
    const pull = { image, entity, done };
    if (!this.#parts.serialize) {
      this.#pull(pull);
      return;
    }
    this.#queue.push(pull);
    this.#next();
  }

  #next(): void {
    if (this.#pulling) return;
    const pull = this.#queue.shift();
    if (pull === undefined) return;
    this.#pulling = true;
    this.#pull({
      ...pull,
      done: (present) => {
        this.#pulling = false;
        pull.done(present);
        this.#next();
      },
    });
  }

  #pull(pull: Pull): void {
    const { simulation, latencies } = this.#parts;
    const running = this.#downloads.get(pull.image);
    if (running !== undefined) {
      running.push(pull);
      return;
    }
    const waitMs = this.#bucket.take(simulation.nowMs);
    if (this.#cached.has(pull.image)) {
      simulation.after(waitMs + latencies.sample('imagePullCheck', pull.entity), () => {
        pull.done(true);
      });
      return;
    }
    this.#downloads.set(pull.image, [pull]);
    simulation.after(waitMs + latencies.sample('imagePull', pull.entity), () => {
      this.#cached.add(pull.image);
      const waiting = this.#downloads.get(pull.image) ?? [];
      this.#downloads.delete(pull.image);
      for (const { done } of waiting) done(true);
    });
  }
}
