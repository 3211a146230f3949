/** How long a replay's machine had nothing left: what failed then may be its own doing, and no cluster's. */
import type { Measurement } from './record.ts';

/** As before the change (a replay's validity). */
export const IDLE_SHARE_MIN = 0.05;

export interface BusyMachine {
  /** Seconds, after the change, in which it was less idle than `IDLE_SHARE_MIN`. */
  readonly seconds: number;
  /** Of so many. */
  readonly of: number;
}

export function busyMachine(measurement: Pick<Measurement, 'machineIdle'> | undefined): BusyMachine {
  const after = (measurement?.machineIdle ?? []).filter(({ endMs }) => endMs > 0);
  return {
    seconds: after.filter(({ idleShare }) => idleShare < IDLE_SHARE_MIN).length,
    of: after.length,
  };
}
