/**
 * Samples the profile's latencies for one run. Each latency's scale is multiplied by a log-normal factor drawn
 * once a run: the profile's uncertainty about the cluster, inside every prediction interval.
 */
import { compileDistribution, type Distribution } from '../kernel/distribution.ts';
import type { RandomStream, RandomStreams } from '../kernel/random.ts';
import type { DurationMs } from '../kernel/time.ts';
import type { LatencyName, Profile } from '../scenario/profile.ts';

export class Latencies {
  readonly #distributions = new Map<LatencyName, { distribution: Distribution; factor: number }>();
  readonly #streams: RandomStreams;
  readonly #streamOf = new Map<string, RandomStream>();

  constructor(profile: Profile, streams: RandomStreams) {
    this.#streams = streams;
    for (const [name, spec] of Object.entries(profile.latencies)) {
      const factor = Math.exp(profile.uncertainty * streams.stream('profile-factor', name).normal());
      this.#distributions.set(name as LatencyName, { distribution: compileDistribution(spec), factor });
    }
  }

  /** @param entity whose latency it is; draws of different entities never disturb each other */
  sample(name: LatencyName, entity: string): DurationMs {
    const known = this.#distributions.get(name);
    if (known === undefined) throw new Error(`no latency ${name} in this profile`);
    const key = `${name}\u0000${entity}`;
    let stream = this.#streamOf.get(key);
    if (stream === undefined) {
      stream = this.#streams.stream(name, entity);
      this.#streamOf.set(key, stream);
    }
    return known.distribution.sample(stream) * known.factor;
  }
}
