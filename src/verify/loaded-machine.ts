/**
 * Where all nodes share one machine, so do the callers of a replay and the pods that answer them: starts of pods queue
 * for what is left of it (R-POD-3). How much that is the replay has measured before anything changed.
 */
import { compileDistribution, scaleDistribution } from '../kernel/distribution.ts';
import type { RunRecord } from '../record.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { counts } from './measured-run.ts';

/** A machine with less left makes no valid replay. */
const IDLE_SHARE_MIN = 0.05;

export interface LoadedMachine {
  /** With starts that take as much longer. */
  readonly scenario: Scenario;
  /** What they have of the machine, mean of the replays that count; null where they need none of it, or nobody has measured it. */
  readonly idleShare: number | null;
}

export function onLoadedMachine(scenario: Scenario, records: readonly RunRecord[]): LoadedMachine {
  const { profile } = scenario;
  const shares = records
    .filter(counts)
    .flatMap(({ measurement }) => (measurement === undefined ? [] : [measurement.idleCpuShare]));
  const { startWork } = profile.latencies;
  if (shares.length === 0 || compileDistribution(startWork).mean === 0) return { scenario, idleShare: null };
  const idleShare = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const factor = 1 / Math.max(idleShare, IDLE_SHARE_MIN);
  const latencies = { ...profile.latencies, startWork: scaleDistribution(startWork, factor) };
  return { scenario: { ...scenario, profile: { ...profile, latencies } }, idleShare };
}
