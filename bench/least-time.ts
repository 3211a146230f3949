/**
 * How short a thousand runs of black-friday can become: what one run costs now, and what is left of it when each request
 * that the skip-ahead engine's criteria have it follow costs no more than the two random numbers that it takes.
 */
import { compileDistribution } from '../src/kernel/distribution.ts';
import { RandomStreams } from '../src/kernel/random.ts';
import { loadScenario, type Scenario } from '../src/index.ts';
import { simulate } from '../src/model/simulate.ts';
import { SEED_DEFAULT } from '../src/predict/defaults.ts';
import { runSeeds } from '../src/predict/run-seed.ts';
import { BLACK_FRIDAY_SERVER } from './black-friday-traffic.ts';
import { markdownTable } from './markdown-table.ts';

const RUNS = 1000;
const CORES = 2;
/** After as many to warm up. */
const MEASURED = 20;
const DRAWS = 2_000_000;
/** So few requests that what is left is the cluster's part, and the engine's between requests. */
const HARDLY_ANY = ['spec.traffic.rate=1'];

export const LEAST_TIME_TEXT: string = [
  `One run of \`black-friday\` in one process, median of ${MEASURED} after as many to warm up. Session affinity overloads some of its pods`,
  'for minutes, and an overloaded pod has its requests followed (MODEL.md: no law is taken to hold from 95 % utilisation on). A request that',
  'is followed needs at least the time of its arrival and its service time: one exponential and one log-normal random number. Where it',
  'costs as much as one of the exact engine, which follows all, a run is faster than there by no more than one over the share that is followed.',
].join('\n');

export interface LeastTime {
  /** Of one run. */
  readonly cpuMs: number;
  readonly clusterMs: number;
  readonly followed: number;
  readonly followedShare: number;
  readonly drawsNs: number;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function blackFriday(set: readonly string[]): Scenario {
  const { scenario } = loadScenario('black-friday', { set });
  if (scenario === null) throw new Error('black-friday must load');
  return scenario;
}

interface Runs {
  readonly cpuMs: number;
  readonly followed: number;
  readonly followedShare: number;
}

function measureRuns(scenario: Scenario): Runs {
  const cpuMs: number[] = [];
  const followed: number[] = [];
  const shares: number[] = [];
  for (const seed of runSeeds(SEED_DEFAULT, 2 * MEASURED)) {
    const before = process.cpuUsage();
    const { accuracy, totals } = simulate(scenario, { seed, detail: 'summary' });
    const { user, system } = process.cpuUsage(before);
    cpuMs.push((user + system) / 1000);
    if (accuracy === null) throw new Error('a simulated run must say how accurate it is');
    followed.push(accuracy.exactShare * totals.offered);
    shares.push(accuracy.exactShare);
  }
  return {
    cpuMs: median(cpuMs.slice(MEASURED)),
    followed: median(followed),
    followedShare: median(shares),
  };
}

function measureDrawsNs(): number {
  const random = new RandomStreams(SEED_DEFAULT).stream('least-time');
  const service = compileDistribution(BLACK_FRIDAY_SERVER.serviceTime);
  let sum = 0;
  const timesNs = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    for (let i = 0; i < DRAWS; i++) sum += random.exponential() + service.sample(random);
    const { user, system } = process.cpuUsage(before);
    return ((user + system) * 1000) / DRAWS;
  });
  // Whoever uses the sum keeps the loop from being left out.
  if (!Number.isFinite(sum)) throw new Error('a draw is not finite');
  return median(timesNs);
}

export function measureLeastTime(): LeastTime {
  const { cpuMs, followed, followedShare } = measureRuns(blackFriday([]));
  return {
    cpuMs,
    clusterMs: measureRuns(blackFriday(HARDLY_ANY)).cpuMs,
    followed: Math.round(followed),
    followedShare,
    drawsNs: measureDrawsNs(),
  };
}

export function leastTimeTable({ cpuMs, clusterMs, followed, followedShare, drawsNs }: LeastTime): string {
  const drawsMs = (followed * drawsNs) / 1e6;
  const thousandS = (runMs: number): string => `${((runMs * RUNS) / 1000 / CORES).toFixed(1)} s`;
  return markdownTable([
    ['of one run', 'measured'],
    ['CPU', `${cpuMs.toFixed(1)} ms`],
    ['CPU at 1 request/s: the cluster, and the engine between requests', `${clusterMs.toFixed(1)} ms`],
    ['requests followed', `${followed} (${(100 * followedShare).toFixed(0)} %)`],
    ['the two numbers of one request', `${drawsNs.toFixed(0)} ns`],
    ['the numbers of all that are followed', `${drawsMs.toFixed(1)} ms`],
    [`${RUNS} runs on ${CORES} cores, those numbers alone`, thousandS(drawsMs)],
    [`${RUNS} runs on ${CORES} cores, those numbers and the cluster`, thousandS(drawsMs + clusterMs)],
    ['times as fast as the exact engine, at most', (1 / followedShare).toFixed(1)],
  ]);
}
