import { describe, expect, it } from 'vitest';
import {
  isPodAvailable,
  nextAvailabilityCheck,
  nextReplicaSetCheck,
  soonestPodAvailability,
} from '../../../../../src/model/cluster/replica-set/pod-availability.ts';

const ready = (readyTransitionMs: number | null) => ({ ready: true, readyTransitionMs });
const unready = { ready: false, readyTransitionMs: 0 };

describe('availability (R-DEP-10)', () => {
  it('needs one instant of readiness without minReadySeconds, all of it with them', () => {
    expect(isPodAvailable(ready(null), 0, 0)).toBe(true);
    expect(isPodAvailable(unready, 0, 99_000)).toBe(false);
    expect([9999, 10_000].map((nowMs) => isPodAvailable(ready(0), 10, nowMs))).toEqual([false, true]);
    expect(isPodAvailable(ready(null), 10, 99_000)).toBe(false);
  });

  it('can be a second short, since ready times are whole seconds (R-GEN-5)', () => {
    const readyAt = 5900;
    const stored = Math.floor(readyAt / 1000) * 1000;
    expect(isPodAvailable(ready(stored), 1, readyAt + 100)).toBe(true);
  });

  it('finds the pod that becomes available first', () => {
    const pods = [unready, ready(3000), ready(1000), ready(1000)];
    expect(soonestPodAvailability(pods, 10, 5000)).toEqual({ delayMs: 6000, pod: pods[2] });
    expect(soonestPodAvailability(pods, 0, 5000)).toBeNull();
  });

  it('looks at once at a pod whose time passed since the status was computed', () => {
    expect(nextAvailabilityCheck([ready(0)], 10, 9000, 9500)).toBe(500);
    expect(nextAvailabilityCheck([ready(0)], 10, 9000, 12_000)).toBe(0);
    expect(nextAvailabilityCheck([ready(0)], 10, 10_000, 12_000)).toBeNull();
  });

  it('falls back to minReadySeconds when no pod says when', () => {
    const counts = { readyReplicas: 1, availableReplicas: 0 };
    expect(nextReplicaSetCheck(counts, [ready(null)], 10, 0, 0)).toBe(10_000);
    expect(nextReplicaSetCheck({ ...counts, availableReplicas: 1 }, [ready(0)], 10, 0, 0)).toBeNull();
    expect(nextReplicaSetCheck(counts, [ready(null)], 0, 0, 0)).toBeNull();
  });
});
