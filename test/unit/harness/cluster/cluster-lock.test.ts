/** Calls that would work on one cluster at a time: one does, the others say who does. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { clusterDown } from '../../../../src/harness/cluster/cluster-down.ts';
import { withClusterLock } from '../../../../src/harness/cluster/cluster-lock.ts';
import { clusterUp } from '../../../../src/harness/cluster/cluster-up.ts';
import { newState, readState, stateFolder, writeState } from '../../../../src/harness/cluster/state-file.ts';
import { fakePrograms } from '../fake-programs.ts';

const HELD = `Another sim cluster works on the cluster c (process ${process.pid}): try again once it has ended.`;

let lock = '';
beforeEach(() => {
  fakePrograms();
  lock = join(stateFolder(), 'c.lock');
});

async function up(): Promise<unknown> {
  return clusterUp({ name: 'c', nodeImage: false, tell: () => undefined, show: () => undefined });
}

describe('while one call works on a cluster', () => {
  test('another that brings it up is refused in one line, and takes nothing away', async () => {
    await withClusterLock('c', async () => {
      writeState(newState('c', false));
      await expect(up()).rejects.toThrow(HELD);
      expect(readState('c')).not.toBeNull();
      expect(existsSync(lock)).toBe(true);
    });
  });

  test('so is one that takes it down', async () => {
    await withClusterLock('c', async () => {
      writeState(newState('c', false));
      await expect(clusterDown({ name: 'c', tell: () => undefined })).rejects.toThrow(HELD);
      expect(readState('c')).not.toBeNull();
    });
  });

  test('another cluster is free', async () => {
    await withClusterLock('c', async () => {
      expect(await withClusterLock('d', async () => Promise.resolve('done'))).toBe('done');
    });
  });
});

describe('afterwards', () => {
  test('nothing is left of the lock, whether the work succeeded or not', async () => {
    await withClusterLock('c', async () => Promise.resolve());
    await expect(withClusterLock('c', async () => Promise.reject(new Error('kind failed')))).rejects.toThrow(
      'kind failed',
    );
    expect(readdirSync(stateFolder())).toEqual([]);
  });

  test('the lock of a process that was killed does not count', async () => {
    const { pid } = spawnSync('/bin/true');
    mkdirSync(stateFolder(), { recursive: true });
    for (const owner of [`${pid} 12345`, `${process.pid} 1`, '']) {
      writeFileSync(lock, owner);
      const held = await withClusterLock('c', async () => Promise.resolve(readFileSync(lock, 'utf8')));
      expect(held.split(' ')[0]).toBe(String(process.pid));
    }
    expect(readdirSync(stateFolder())).toEqual([]);
  });
});
