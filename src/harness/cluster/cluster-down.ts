/** Takes a cluster down and undoes what was changed on this machine for it. Doing it twice is fine. */
import { OWN_DAEMON_HOST } from '../docker/daemon.ts';
import type { Docker } from '../docker/docker.ts';
import { findDocker, lookForDocker } from '../docker/find-docker.ts';
import { withClusterLock } from './cluster-lock.ts';
import { dockerOrOwn, undoChanges } from './host-changes.ts';
import { ownDaemonOptions, readNodeImage } from './node-image.ts';
import { removeKindNetwork, removeNodes } from './node-removal.ts';
import { stateLog } from './state-log.ts';
import { forgetState, readState, type ClusterState } from './state-file.ts';

export interface DownOptions {
  readonly name: string;
  /** Told of each thing that was undone. */
  readonly tell: (line: string) => void;
  /** Whether a kind that may still be at work was just broken off. */
  readonly wasBrokenOff?: boolean;
}

/** @returns whether there was anything to take down @throws EnvironmentError while another call works on this cluster */
export async function clusterDown(options: Pick<DownOptions, 'name' | 'tell'>): Promise<boolean> {
  if (readState(options.name) === null) return false;
  return withClusterLock(options.name, async () => takeDown(options));
}

/** The same within a call that works on the cluster. */
export async function takeDown({ name, tell, wasBrokenOff = false }: DownOptions): Promise<boolean> {
  const state = readState(name);
  if (state === null) return false;
  // No daemon was found yet when the call that made this state ended: then there are no nodes either.
  if (state.dockerHost !== null) {
    const docker = await daemonOf(state, tell);
    const removed = await removeNodes(docker, name, wasBrokenOff);
    tell(`removed: ${removed} nodes of the cluster ${name}`);
    if (state.madeNetwork) await removeKindNetwork(docker);
  }
  await undoChanges(readState(name)?.changes ?? [], tell);
  forgetState(name);
  return true;
}

/** Ours may have ended with the machine while its nodes are still stored: it is started once more to remove them. */
async function daemonOf(state: ClusterState, tell: (line: string) => void): Promise<Docker> {
  if (state.dockerHost !== OWN_DAEMON_HOST) return findDocker(state.dockerHost);
  const found = await lookForDocker(OWN_DAEMON_HOST);
  if (!('problem' in found)) return found;
  return dockerOrOwn(stateLog(state.name, tell), ownDaemonOptions(readNodeImage().runtimeWrapper));
}
