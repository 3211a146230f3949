/** Whose the namespace is: two replays or calibrations at once on one cluster would measure, and remove, each other. */
import { EnvironmentError } from '../environment-error.ts';
import type { LiveObject } from '../kubernetes/live-objects.ts';
import { processText, runningProcess } from '../process-identity.ts';

/** An annotation of the namespace that names the process. */
export const OWNER = 'rollout-sim/process';

/** @throws EnvironmentError while the process that made the namespace runs */
export function refuseWhileUsed(namespace: LiveObject | null, cluster: string): void {
  const owner = namespace?.metadata.annotations?.[OWNER];
  if (owner === undefined) return;
  const pid = runningProcess(owner);
  if (pid === null) return;
  throw new EnvironmentError(
    `Another replay or calibration uses the cluster ${cluster} (process ${pid}): two at once would disturb each other.`,
  );
}

/** Whether this process made it. */
export function isOwn(namespace: LiveObject | null): boolean {
  return namespace?.metadata.annotations?.[OWNER] === processText();
}
