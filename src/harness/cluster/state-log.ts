/** The state file as the place where changes of the machine are written down before they are made. */
import type { HostChange } from './host-change.ts';
import type { ChangeLog } from './host-changes.ts';
import { readState, writeState, type ClusterState } from './state-file.ts';

/** The state must exist. */
export function stateLog(name: string, tell: (line: string) => void): ChangeLog {
  return {
    get changes() {
      return readState(name)?.changes ?? [];
    },
    tell,
    add(change: HostChange) {
      updateState(name, (state) => ({ changes: [...state.changes, change] }));
    },
  };
}

export function updateState(name: string, change: (state: ClusterState) => Partial<ClusterState>): void {
  const state = readState(name);
  if (state === null) throw new Error(`the state of the cluster ${name} is gone while it is worked on`);
  writeState({ ...state, ...change(state) });
}
