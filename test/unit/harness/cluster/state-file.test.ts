import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  forgetState,
  newState,
  readState,
  stateFolder,
  writeState,
} from '../../../../src/harness/cluster/state-file.ts';
import { stateLog } from '../../../../src/harness/cluster/state-log.ts';
import { fakePrograms } from '../fake-programs.ts';

describe('the state file', () => {
  it('is read back as it was written, and nothing is left once it is forgotten', () => {
    const { folder } = fakePrograms();
    expect(stateFolder()).toBe(join(folder, 'state', 'rollout-sim'));
    expect(readState('c')).toBeNull();
    const state = { ...newState('c', true), dockerHost: 'unix:///x' };
    writeState(state);
    expect(readState('c')).toEqual(state);
    forgetState('c');
    expect(readState('c')).toBeNull();
    expect(readdirSync(stateFolder())).toEqual([]);
  });

  it('has a change in it before the change is made', () => {
    fakePrograms();
    writeState(newState('c', true));
    const log = stateLog('c', () => undefined);
    log.add({ kind: 'route', type: 'blackhole', destination: '10.96.0.0/16' });
    expect(readState('c')?.changes).toEqual([
      { kind: 'route', type: 'blackhole', destination: '10.96.0.0/16' },
    ]);
    expect(log.changes).toHaveLength(1);
  });

  it('that is broken counts as none', () => {
    fakePrograms();
    mkdirSync(stateFolder(), { recursive: true });
    writeFileSync(join(stateFolder(), 'c.json'), '{"version":');
    expect(readState('c')).toBeNull();
    writeFileSync(join(stateFolder(), 'c.json'), '{"version":2}');
    expect(readState('c')).toBeNull();
  });
});
