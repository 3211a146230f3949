import { describe, expect, it } from 'vitest';
import {
  maxScaledDown,
  planCleanup,
  planScaleDown,
  reconcileNewReplicaSet,
} from '../../../../src/model/rollout/rolling.ts';

const rs = (replicas: number, availableReplicas: number) => ({ replicas, status: { availableReplicas } });
const limits = (replicas: number, maxSurge: number, maxUnavailable: number) => ({
  replicas,
  strategy: { type: 'RollingUpdate' as const, maxSurge, maxUnavailable },
});

describe('reconcileNewReplicaSet (R-DEP-4)', () => {
  it('grows by what the surge leaves, never beyond the count', () => {
    expect(reconcileNewReplicaSet(limits(10, 3, 2), 10, 0)).toBe(3);
    expect(reconcileNewReplicaSet(limits(10, 30, 2), 10, 0)).toBe(10);
    expect(reconcileNewReplicaSet(limits(10, 3, 2), 13, 3)).toBe(3);
  });

  it('shrinks to the count at once', () => {
    expect(reconcileNewReplicaSet(limits(4, 1, 1), 9, 7)).toBe(4);
  });
});

describe('maxScaledDown (R-DEP-7)', () => {
  it('holds back an old pod for each new one that is not available', () => {
    const old = [rs(8, 8)];
    expect(maxScaledDown(limits(10, 3, 2), old, [...old, rs(5, 0)], rs(5, 0))).toBe(0);
    expect(maxScaledDown(limits(10, 3, 2), old, [...old, rs(5, 4)], rs(5, 4))).toBe(4);
  });
});

describe('planCleanup (R-DEP-8, R-DEP-9)', () => {
  it('takes unavailable pods from the oldest first', () => {
    const [first, second] = [rs(5, 3), rs(4, 0)];
    expect(planCleanup([first, second], 4)).toEqual({
      resizings: [
        { replicaSet: first, replicas: 3 },
        { replicaSet: second, replicas: 2 },
      ],
      count: 4,
      valid: true,
    });
  });

  it('is not valid where the status lags behind the intent, but keeps what came before', () => {
    const [lagging, healthy] = [rs(3, 5), rs(4, 1)];
    expect(planCleanup([lagging, healthy], 4)).toEqual({ resizings: [], count: 0, valid: false });
    expect(planCleanup([healthy, lagging], 4)).toMatchObject({ count: 3, valid: false });
  });
});

describe('planScaleDown (R-DEP-9)', () => {
  it('takes what availability allows from the oldest first', () => {
    const [first, second] = [rs(2, 2), rs(8, 8)];
    const plan = planScaleDown(limits(10, 2, 1), [first, second], [first, second, rs(2, 2)]);
    expect(plan.resizings.map(({ replicas }) => replicas)).toEqual([0, 7]);
    expect(plan.count).toBe(3);
  });
});
