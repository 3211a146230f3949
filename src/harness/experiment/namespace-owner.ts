/** Whose replay a namespace belongs to: two at once on one cluster would measure, and remove, each other. */
import { startTicksOf } from '../docker/daemon.ts';
import { EnvironmentError } from '../environment-error.ts';
import type { LiveObject } from '../kubernetes/live-objects.ts';

/** An annotation of the namespace that names the process. */
export const OWNER = 'rollout-sim/process';

/** A process id may be given to another process later; where it can be had, its start makes it unmistakable. */
export function ownerText(pid: number = process.pid): string {
  return `${pid} ${startTicksOf(pid) ?? ''}`.trimEnd();
}

/** @throws EnvironmentError while the process that made the namespace runs */
export function refuseWhileUsed(namespace: LiveObject | null, cluster: string): void {
  const owner = namespace?.metadata.annotations?.[OWNER];
  if (owner === undefined) return;
  const pid = Number(owner.split(' ')[0]);
  if (!isRunning(pid) || ownerText(pid) !== owner) return;
  throw new EnvironmentError(
    `Another replay uses the cluster ${cluster} (process ${pid}): two at once would disturb each other.`,
  );
}

function isRunning(pid: number): boolean {
  try {
    // Signal 0 only asks.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
