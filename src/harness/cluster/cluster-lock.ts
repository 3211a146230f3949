/** One call at a time works on a cluster: two that bring it up, or one that takes it down meanwhile, would undo each other's work. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError } from '../environment-error.ts';
import { processText, runningProcess } from '../process-identity.ts';
import { stateFolder } from './state-file.ts';

/** @throws EnvironmentError while another process works on the cluster */
export async function withClusterLock<T>(cluster: string, work: () => Promise<T>): Promise<T> {
  const file = join(stateFolder(), `${cluster}.lock`);
  takeLock(file, cluster);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function takeLock(file: string, cluster: string): void {
  mkdirSync(stateFolder(), { recursive: true });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, processText(), { mode: 0o600 });
  try {
    // Written beside and linked into place: whoever sees the lock sees its owner.
    while (!linked(own, file)) removeStale(file, `${own}.stale`, cluster);
  } finally {
    rmSync(own, { force: true });
  }
}

function linked(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes away the lock of a process that was killed. */
function removeStale(file: string, aside: string, cluster: string): void {
  try {
    refuseWhileHeld(readFileSync(file, 'utf8'), cluster);
    renameSync(file, aside);
  } catch (error) {
    // Its owner or somebody else has taken it away already.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  // Between the two another may have put its own there: it gets it back.
  const moved = readFileSync(aside, 'utf8');
  if (runningProcess(moved) !== null) linked(aside, file);
  rmSync(aside, { force: true });
}

function refuseWhileHeld(owner: string, cluster: string): void {
  const pid = runningProcess(owner);
  if (pid === null) return;
  throw new EnvironmentError(
    `Another sim cluster works on the cluster ${cluster} (process ${pid}): try again once it has ended.`,
  );
}
