import { describe, expect, it } from 'vitest';
import type { HostChange } from '../../../../src/harness/cluster/host-change.ts';
import { readSysctl } from '../../../../src/harness/cluster/host-change.ts';
import { undoChanges } from '../../../../src/harness/cluster/host-changes.ts';
import { fakePrograms } from '../fake-programs.ts';

/** A setting that every Linux has and nobody changes. */
const KEY = 'kernel.ostype';
const SYSCTL: HostChange = { kind: 'sysctl', key: KEY, before: 'before', after: 'Linux' };
const ROUTE: HostChange = { kind: 'route', type: 'blackhole', destination: '10.244.0.0/16' };

describe('changes of the machine', () => {
  it('are undone from the newest to the oldest, each told', async () => {
    const programs = fakePrograms();
    programs.add('sysctl', { '*': {} });
    programs.add('ip', { '*': {} });
    const told: string[] = [];
    await undoChanges([SYSCTL, ROUTE], (line) => told.push(line));
    expect(programs.calls()).toEqual([
      'ip route delete blackhole 10.244.0.0/16',
      'sysctl --quiet --write kernel.ostype=before',
    ]);
    expect(told).toEqual([
      'undone: route blackhole 10.244.0.0/16',
      'undone: sysctl kernel.ostype=Linux (was before)',
    ]);
  });

  it('that somebody has changed again are left alone', async () => {
    const programs = fakePrograms();
    programs.add('sysctl', { '*': {} });
    await undoChanges([{ ...SYSCTL, after: 'Minix' }], () => undefined);
    expect(programs.calls()).toEqual([]);
  });

  it('are all tried, and the failure is told at the end', async () => {
    const programs = fakePrograms();
    programs.add('sysctl', { '*': { stderr: 'permission denied on key', exitCode: 255 } });
    programs.add('ip', { '*': {} });
    await expect(undoChanges([ROUTE, SYSCTL], () => undefined)).rejects.toThrow(
      'sysctl kernel.ostype=before failed (permission denied on key): are you root?',
    );
    expect(programs.calls()).toContain('ip route delete blackhole 10.244.0.0/16');
  });

  it('of a setting that the kernel lacks are none', () => {
    expect(readSysctl(KEY)).toBe('Linux');
    expect(readSysctl('net.nowhere.setting')).toBeNull();
  });
});
