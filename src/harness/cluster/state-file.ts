/** What this program knows of the cluster that it made, kept from one call to the next: above all what must be undone. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { HostChange } from './host-change.ts';

export interface ClusterState {
  readonly version: 1;
  readonly name: string;
  /** With the node image that was built here, or with the one that kind pulls. */
  readonly nodeImage: boolean;
  /** The daemon that runs the nodes, as DOCKER_HOST has it; null until it is known. */
  readonly dockerHost: string | null;
  /** The kind program that made the cluster. */
  readonly kind: string;
  /** Whether Docker had no network of kind's before. */
  readonly madeNetwork: boolean;
  /** In the order in which they were made. */
  readonly changes: readonly HostChange[];
}

export function newState(name: string, nodeImage: boolean): ClusterState {
  return { version: 1, name, nodeImage, dockerHost: null, kind: '', madeNetwork: false, changes: [] };
}

/** $XDG_STATE_HOME/rollout-sim, by default ~/.local/state/rollout-sim. */
export function stateFolder(): string {
  const base = process.env['XDG_STATE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.local', 'state') : base, 'rollout-sim');
}

function stateFile(name: string): string {
  return join(stateFolder(), `${name}.json`);
}

export function kubeconfigFile(name: string): string {
  return join(stateFolder(), `${name}.kubeconfig`);
}

/** Null when this program made no such cluster. A file that is not ours to read counts as none. */
export function readState(name: string): ClusterState | null {
  const file = stateFile(name);
  if (!existsSync(file)) return null;
  try {
    const state = JSON.parse(readFileSync(file, 'utf8')) as ClusterState;
    return state.version === 1 ? state : null;
  } catch {
    return null;
  }
}

/** Whole or not at all: a half-written record could not be undone. */
export function writeState(state: ClusterState): void {
  const file = stateFile(state.name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function forgetState(name: string): void {
  rmSync(stateFile(name), { force: true });
  rmSync(kubeconfigFile(name), { force: true });
}
