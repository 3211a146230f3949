import { describe, expect, it } from 'vitest';
import { OwnWrites } from '../../../../../src/model/cluster/replica-set/own-writes.ts';

describe('OwnWrites', () => {
  it('hides a key until its caches hold the latest write of each kind', () => {
    const writes = new OwnWrites();
    writes.wrote('a', 'ReplicaSet', 5);
    writes.wrote('a', 'Pod', 7);
    writes.wrote('a', 'Pod', 6);
    expect(writes.visible('a')).toBe(false);
    writes.seen('ReplicaSet', 9);
    writes.seen('Pod', 6);
    expect(writes.visible('a')).toBe(false);
    writes.seen('Pod', 7);
    expect(writes.visible('a')).toBe(true);
  });

  it('does not go back, mix keys or outlive its key', () => {
    const writes = new OwnWrites();
    writes.seen('Pod', 10);
    writes.seen('Pod', 3);
    writes.wrote('a', 'Pod', 8);
    writes.wrote('b', 'Pod', 11);
    expect([writes.visible('a'), writes.visible('b')]).toEqual([true, false]);
    writes.forget('b');
    expect(writes.visible('b')).toBe(true);
  });
});
