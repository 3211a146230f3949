/**
 * Samples the profile's latencies for one run. Each latency's scale is multiplied by a log-normal factor drawn
 * once a run: the profile's uncertainty about the cluster, inside every prediction interval.
 */
import { compileDistribution, scaleDistribution, type Distribution } from '../kernel/distribution.ts';
import { RandomStreams, type RandomStream } from '../kernel/random.ts';
import type { DurationMs } from '../kernel/time.ts';
import type { LatencyName, Profile } from '../scenario/profile.ts';

/** One latency of one entity. */
export class LatencySampler {
  readonly #distribution: Distribution;
  readonly #factor: number;
  readonly #random: RandomStream;

  constructor(distribution: Distribution, factor: number, random: RandomStream) {
    this.#distribution = distribution;
    this.#factor = factor;
    this.#random = random;
  }

  sample(): DurationMs {
    return this.#distribution.sample(this.#random) * this.#factor;
  }
}

interface Known {
  readonly distribution: Distribution;
  readonly factor: number;
  readonly samplers: Map<string, LatencySampler>;
}

export class Latencies {
  readonly #known = new Map<LatencyName, Known>();
  readonly #streams: RandomStreams;

  constructor(profile: Profile, streams: RandomStreams) {
    this.#streams = streams;
    for (const [name, distribution] of compiled(profile)) {
      const factor = scaleFactor(profile, streams, name);
      this.#known.set(name, { distribution, factor, samplers: new Map() });
    }
  }

  /** For who samples often. @param entity whose latency it is; draws of different entities never disturb each other */
  of(name: LatencyName, entity: string): LatencySampler {
    const known = this.#known.get(name);
    if (known === undefined) throw new Error(`no latency ${name} in this profile`);
    let sampler = known.samplers.get(entity);
    if (sampler === undefined) {
      sampler = new LatencySampler(known.distribution, known.factor, this.#streams.stream(name, entity));
      known.samplers.set(entity, sampler);
    }
    return sampler;
  }

  /** @param entity as for `of` */
  sample(name: LatencyName, entity: string): DurationMs {
    return this.of(name, entity).sample();
  }
}

function scaleFactor({ uncertainty }: Profile, streams: RandomStreams, name: LatencyName): number {
  return Math.exp(uncertainty * streams.stream('profile-factor', name).normal());
}

/**
 * The one cluster that a run of this seed takes place on: the profile with the scales that the run draws, and nothing
 * uncertain about them. Runs with this profile share the cluster and differ in all else.
 */
export function clusterOfRun(profile: Profile, seed: number): Profile {
  const streams = new RandomStreams(seed);
  const scaled = Object.entries(profile.latencies).map(([name, spec]) => [
    name,
    scaleDistribution(spec, scaleFactor(profile, streams, name as LatencyName)),
  ]);
  return { ...profile, latencies: Object.fromEntries(scaled) as Profile['latencies'], uncertainty: 0 };
}

type Compiled = readonly (readonly [LatencyName, Distribution])[];

/** A profile is the same object in all the runs of a prediction. */
const compiledProfiles = new WeakMap<Profile, Compiled>();

function compiled(profile: Profile): Compiled {
  let distributions = compiledProfiles.get(profile);
  if (distributions === undefined) {
    const entries = Object.entries(profile.latencies);
    distributions = entries.map(([name, spec]) => [name as LatencyName, compileDistribution(spec)]);
    compiledProfiles.set(profile, distributions);
  }
  return distributions;
}
