import { describe, expect, it } from 'vitest';
import {
  maxSurge,
  maxUnavailable,
  minAvailable,
  resolveFenceposts,
} from '../../../../../src/model/cluster/deployment/fenceposts.ts';
import { rolling } from './rollout-bench.ts';

describe('R-DEP-2', () => {
  it.each([
    [1, 1, 0],
    [2, 1, 0],
    [3, 1, 0],
    [4, 1, 1],
    [5, 2, 1],
    [7, 2, 1],
    [8, 2, 2],
    [10, 3, 2],
    [20, 5, 5],
  ])('%i replicas at 25 %% and 25 %% surge by %i and miss %i', (replicas, surge, unavailable) => {
    const bounds = { replicas, strategy: rolling('25%', '25%') };
    expect(maxSurge(bounds)).toBe(surge);
    expect(maxUnavailable(bounds)).toBe(unavailable);
    expect(minAvailable(bounds)).toBe(replicas - unavailable);
  });

  it('lets one pod go when both come to nothing', () => {
    expect(resolveFenceposts(0, '5%', 10)).toEqual({ surge: 0, unavailable: 1 });
  });

  it('never misses more than there are, and nothing of nothing', () => {
    expect(maxUnavailable({ replicas: 3, strategy: rolling(0, 10) })).toBe(3);
    expect(maxUnavailable({ replicas: 0, strategy: rolling(0, 0) })).toBe(0);
  });

  it('knows no bounds for Recreate', () => {
    const bounds = { replicas: 4, strategy: { type: 'Recreate' as const } };
    expect([maxSurge(bounds), maxUnavailable(bounds), minAvailable(bounds)]).toEqual([0, 0, 0]);
  });
});
