import { describe, expect, it } from 'vitest';
import { SliceTracker } from '../../../../../src/model/cluster/endpoints/slice-tracker.ts';

const slice = (
  uid: string,
  resourceVersion: number,
): { service: string; uid: string; resourceVersion: number } => ({
  service: 'web',
  uid,
  resourceVersion,
});

describe('SliceTracker (R-EPS-6)', () => {
  it('finds a cache stale that shows an older version of a slice, or not the slice at all', () => {
    const tracker = new SliceTracker();
    expect(tracker.isStale('web', [slice('a', 1)])).toBe(false);
    tracker.written(slice('a', 5));
    expect(tracker.isStale('web', [slice('a', 4)])).toBe(true);
    expect(tracker.isStale('web', [])).toBe(true);
    expect(tracker.isStale('web', [slice('a', 5)])).toBe(false);
    expect(tracker.isStale('other', [])).toBe(false);
  });

  it('finds a cache stale that still shows a slice that was deleted', () => {
    const tracker = new SliceTracker();
    tracker.deleted(slice('a', 5));
    expect(tracker.isStale('web', [slice('a', 5)])).toBe(true);
    expect(tracker.isStale('web', [])).toBe(false);
    expect(tracker.removed(slice('a', 5))).toBe(false);
  });

  it('tells what others did (R-EPS-7)', () => {
    const tracker = new SliceTracker();
    tracker.written(slice('a', 5));
    expect(tracker.isForeign(slice('a', 5))).toBe(false);
    expect(tracker.isForeign(slice('a', 6))).toBe(true);
    expect(tracker.isForeign(slice('b', 6))).toBe(true);
    expect(tracker.removed(slice('a', 6))).toBe(true);
    expect(tracker.isStale('web', [])).toBe(false);
  });

  it('forgets a Service that is gone', () => {
    const tracker = new SliceTracker();
    tracker.written(slice('a', 5));
    tracker.forget('web');
    expect(tracker.isStale('web', [])).toBe(false);
  });
});
