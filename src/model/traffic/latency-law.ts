/**
 * How long requests take that nobody follows: the wire, the wait for a CPU that the container's limit shares out
 * (M/D/1), and the service time. Pods that are alike in code and load share one law; a run keeps how many requests fell
 * under each, and draws the histogram of all of them at once.
 */
import { binomial } from '../../kernel/counts.ts';
import { byCubics, cumulativeOf, type Cumulative } from '../../kernel/cumulative.ts';
import { compileDistribution, type DistributionSpec } from '../../kernel/distribution.ts';
import { BUCKETS, Histogram, lowerEdge } from '../../kernel/histogram.ts';
import type { RandomStream } from '../../kernel/random.ts';
import type { DurationMs } from '../../kernel/time.ts';
import type { ServerSpec } from '../data-plane.ts';
import { constantServiceWaits, WAIT_PARTS } from './queueing.ts';

/** Loads are told apart in steps of this utilisation. */
const UTILIZATION_STEP = 0.02;
/** Points of a tabled law in each doubling of the latency. */
const PER_DOUBLING = 64;
const LOG_STEP = Math.LN2 / PER_DOUBLING;
/** What lies outside of this share on either side is put at the border. */
const NEGLIGIBLE = 1e-7;

/** CPU milliseconds that one request takes at the container's limit; 0 without a limit. */
export function cpuStationMs(spec: ServerSpec): DurationMs {
  const { cpuLimitMilli, cpuPerRequestMs } = spec;
  return cpuLimitMilli === null || cpuLimitMilli === 0 ? 0 : (cpuPerRequestMs * 1000) / cpuLimitMilli;
}

/** One law: of the time in the server, without the wire. */
interface ServerLaw {
  readonly probability: Cumulative;
  readonly meanMs: DurationMs;
}

/** Laws depend on the scenario alone, so that the runs of a process share them. */
const known = new Map<string, ServerLaw>();
const knownWaits = new Map<number, Float64Array>();
const knownServices = new Map<string, Cumulative>();

/** Equally likely waits for the CPU, in units of its service time, of a server so utilised. */
export function waitsAt(utilization: number): Float64Array {
  const step = Math.round(utilization / UTILIZATION_STEP);
  let waits = knownWaits.get(step);
  if (waits === undefined) {
    waits = constantServiceWaits(Math.min(step * UTILIZATION_STEP, 0.99));
    knownWaits.set(step, waits);
  }
  return waits;
}

/** Share of the service times up to a given one: a law asks for it thousands of times. */
function serviceProbabilityOf(serviceTime: DistributionSpec): Cumulative {
  const key = JSON.stringify(serviceTime);
  let probability = knownServices.get(key);
  if (probability === undefined) {
    const isCostly = serviceTime.kind === 'lognormal' || serviceTime.kind === 'gamma';
    probability = isCostly ? byCubics(cumulativeOf(serviceTime)) : cumulativeOf(serviceTime);
    knownServices.set(key, probability);
  }
  return probability;
}

function serverLaw(spec: ServerSpec, utilization: number): ServerLaw {
  const { serviceTime } = spec;
  const cpuMs = cpuStationMs(spec);
  const { mean } = compileDistribution(serviceTime);
  if (cpuMs === 0) return { probability: cumulativeOf(serviceTime), meanMs: mean };
  const serviceProbability = serviceProbabilityOf(serviceTime);
  const waits = waitsAt(utilization);
  const atOnce = waits.filter((wait) => wait === 0).length;
  const direct: Cumulative = (y) => {
    if (y < cpuMs) return 0;
    let sum = atOnce * serviceProbability(y);
    for (let part = atOnce; part < WAIT_PARTS; part++) {
      const left = y - (waits[part] as number) * cpuMs;
      if (left < cpuMs) break;
      sum += serviceProbability(left);
    }
    return sum / WAIT_PARTS;
  };
  const meanWaitMs = (cpuMs * waits.reduce((sum, wait) => sum + wait, 0)) / WAIT_PARTS;
  const smooth = serviceTime.kind !== 'constant' && serviceTime.kind !== 'empirical';
  return {
    probability: smooth ? tabled(direct) : direct,
    meanMs: meanWaitMs + Math.max(mean, cpuMs),
  };
}

/** The same function by interpolation between points that are equally far apart on a logarithmic scale. */
function tabled(exactly: Cumulative): Cumulative {
  let first = 0;
  while (exactly(Math.exp(first * LOG_STEP)) > NEGLIGIBLE) first -= PER_DOUBLING;
  const values: number[] = [];
  for (let value = 0; value < 1 - NEGLIGIBLE && values.length < 40 * PER_DOUBLING;) {
    value = exactly(Math.exp((first + values.length) * LOG_STEP));
    values.push(value);
  }
  return (y) => {
    if (y <= 0) return 0;
    const position = Math.log(y) / LOG_STEP - first;
    if (position <= 0) return 0;
    const index = Math.floor(position);
    const below = values[index];
    const above = values[index + 1];
    if (below === undefined || above === undefined) return 1;
    return below + (above - below) * (position - index);
  };
}

export class LatencyLaws {
  readonly #oneWayMs: DurationMs;
  /** Crossings of the wire: two for a request on an open connection, two more for its handshake. */
  readonly #crossings: number;
  readonly #indexOf = new Map<string, number>();
  readonly #specKeys = new Map<ServerSpec, string>();
  readonly #laws: ServerLaw[] = [];
  /** Of each law: the share of its requests up to each bucket of a histogram; NaN where nobody has asked. */
  readonly #upTo: Float64Array[] = [];
  /** Laws that `longestMs` knows. */
  #measured = 0;
  #longestMs: DurationMs = 0;

  /** @param newConnections whether every request opens a connection of its own */
  constructor(oneWayMs: DurationMs, newConnections: boolean) {
    this.#oneWayMs = oneWayMs;
    this.#crossings = newConnections ? 4 : 2;
  }

  /** How many laws have been asked for. */
  get count(): number {
    return this.#laws.length;
  }

  /** The number of the law of a server with this code and this utilisation of its CPU. */
  lawOf(spec: ServerSpec, utilization: number): number {
    let specKey = this.#specKeys.get(spec);
    if (specKey === undefined) {
      specKey = JSON.stringify([spec.serviceTime, cpuStationMs(spec)]);
      this.#specKeys.set(spec, specKey);
    }
    const step = cpuStationMs(spec) === 0 ? 0 : Math.round(utilization / UTILIZATION_STEP);
    const key = `${step}${specKey}`;
    let index = this.#indexOf.get(key);
    if (index === undefined) {
      let law = known.get(key);
      if (law === undefined) {
        law = serverLaw(spec, step * UTILIZATION_STEP);
        known.set(key, law);
      }
      index = this.#laws.push(law) - 1;
      // Of this run alone: another has another time on the wire.
      this.#upTo.push(new Float64Array(BUCKETS).fill(Number.NaN));
      this.#indexOf.set(key, index);
    }
    return index;
  }

  /** Mean latency under one law. */
  meanMs(law: number): DurationMs {
    return (this.#laws[law] as ServerLaw).meanMs + this.#crossings * this.#oneWayMs;
  }

  /** Mean latency of requests of which each law has a share. */
  meanOf(shares: readonly number[]): DurationMs {
    let meanMs = 0;
    for (let law = 0; law < shares.length; law++) {
      const share = shares[law] as number;
      if (share > 0) meanMs += share * this.meanMs(law);
    }
    return meanMs;
  }

  /** Share of the requests under one law that take longer than `latencyMs`. */
  shareBeyond(law: number, latencyMs: DurationMs): number {
    return 1 - (this.#laws[law] as ServerLaw).probability(latencyMs - this.#crossings * this.#oneWayMs);
  }

  /** Latency that all but a share of the requests stay below, under any of the laws asked for so far. */
  longestMs(share: number): DurationMs {
    for (; this.#measured < this.#laws.length; this.#measured++) {
      const { probability } = this.#laws[this.#measured] as ServerLaw;
      let ms = 1;
      while (probability(ms) < 1 - share) ms *= 1.25;
      this.#longestMs = Math.max(this.#longestMs, ms);
    }
    return this.#longestMs + this.#crossings * this.#oneWayMs;
  }

  /** Share of the requests, spread over the laws by `masses`, that take at most `latencyMs`. */
  probability(masses: readonly number[], latencyMs: DurationMs): number {
    let sum = 0;
    let total = 0;
    masses.forEach((mass, law) => {
      if (mass === 0) return;
      total += mass;
      sum += mass * (this.#laws[law] as ServerLaw).probability(latencyMs - this.#crossings * this.#oneWayMs);
    });
    return total === 0 ? 1 : sum / total;
  }

  /** Share of the requests, spread over the laws by `masses`, whose latency lies in a histogram's bucket or below. */
  probabilityUpTo(masses: readonly number[], bucket: number): number {
    let sum = 0;
    let total = 0;
    for (let law = 0; law < masses.length; law++) {
      const mass = masses[law] as number;
      if (mass === 0) continue;
      total += mass;
      let share = (this.#upTo[law] as Float64Array)[bucket] as number;
      // NaN, which alone differs from itself.
      if (share !== share) share = this.#findUpTo(law, bucket);
      sum += mass * share;
    }
    return total === 0 ? 1 : sum / total;
  }

  #findUpTo(law: number, bucket: number): number {
    const latencyMs = lowerEdge(bucket + 1);
    const share = (this.#laws[law] as ServerLaw).probability(latencyMs - this.#crossings * this.#oneWayMs);
    (this.#upTo[law] as Float64Array)[bucket] = share;
    return share;
  }

  /** Draws the latencies of `count` requests, spread over the laws by `masses`, into a histogram. */
  drawInto(histogram: Histogram, masses: readonly number[], count: number, random: RandomStream): void {
    let left = count;
    let probabilityLeft = 1;
    let bucket = Histogram.bucketOf(this.#crossings * this.#oneWayMs);
    let below = 0;
    while (left > 0) {
      const upTo = this.probabilityUpTo(masses, bucket);
      const inside = upTo - below;
      const rest = probabilityLeft <= inside || upTo >= 1 - NEGLIGIBLE / 10;
      const drawn = rest ? left : binomial(random, left, inside / probabilityLeft);
      histogram.recordMany(bucket, drawn);
      left -= drawn;
      probabilityLeft -= inside;
      below = upTo;
      bucket++;
    }
  }
}
