/** Removes a cluster's nodes with all they hold, running or not, whole cluster or a half-created one. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Docker } from '../docker/docker.ts';
import { EnvironmentError } from '../environment-error.ts';
import { KIND_NETWORK, kindNodes } from './kind-nodes.ts';

/** A kind that was broken off may have asked Docker for a node that appears only now. */
const QUIET_MS = 1500;
const ROUNDS_MAX = 10;

/** @returns how many nodes it removed @throws EnvironmentError when one stays */
export async function removeNodes(docker: Docker, cluster: string, wasBrokenOff: boolean): Promise<number> {
  // Docker may need several rounds for one.
  const removed = new Set<string>();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const nodes = await kindNodes(docker, cluster);
    if (nodes.length > 0) {
      const names = nodes.map(({ name }) => name);
      await docker.attempt(['rm', '--force', '--volumes', ...names]);
      for (const name of names) removed.add(name);
    } else if (round > 0 || !wasBrokenOff) {
      return removed.size;
    }
    if (wasBrokenOff) await sleep(QUIET_MS);
  }
  const left = await kindNodes(docker, cluster);
  if (left.length === 0) return removed.size;
  throw new EnvironmentError(
    `Docker does not remove ${left.map(({ name }) => name).join(', ')}: docker rm --force may say why.`,
  );
}

export async function hasKindNetwork(docker: Docker): Promise<boolean> {
  const { exitCode } = await docker.attempt(['network', 'inspect', '--format', '{{.Name}}', KIND_NETWORK]);
  return exitCode === 0;
}

/** Docker refuses while another cluster is in it, and it stays then. */
export async function removeKindNetwork(docker: Docker): Promise<void> {
  await docker.attempt(['network', 'rm', KIND_NETWORK]);
}
