import { describe, expect, it } from 'vitest';
import {
  slowStartBatch,
  type BatchResult,
} from '../../../../../src/model/cluster/replica-set/slow-start-batch.ts';

/** Runs with calls that report only when a whole batch is out; returns the batches' sizes and the result. */
function batches(count: number, succeed: number): { sizes: number[]; result: BatchResult | null } {
  const sizes: number[] = [];
  let waiting: ((error: string | null) => void)[] = [];
  let result: BatchResult | null = null;
  let calls = 0;
  slowStartBatch(
    count,
    1,
    (report) => waiting.push(report),
    (outcome) => {
      result = outcome;
    },
  );
  while (waiting.length > 0) {
    const batch = waiting;
    waiting = [];
    sizes.push(batch.length);
    for (const report of batch) report(++calls <= succeed ? null : `refused ${calls}`);
  }
  return { sizes, result };
}

describe('slowStartBatch (R-RS-1)', () => {
  it('doubles from batch to batch', () => {
    expect(batches(20, 20)).toEqual({
      sizes: [1, 2, 4, 8, 5],
      result: { calls: 20, successes: 20, error: null },
    });
  });

  it('needs 1 + ⌊log2 N⌋ round trips', () => {
    for (const n of [1, 2, 3, 4, 7, 8, 100]) {
      expect(batches(n, n).sizes).toHaveLength(1 + Math.floor(Math.log2(n)));
    }
  });

  it('stops after the first batch with an error and reports the first error', () => {
    expect(batches(100, 0).result).toEqual({ calls: 1, successes: 0, error: 'refused 1' });
    expect(batches(100, 5)).toEqual({
      sizes: [1, 2, 4],
      result: { calls: 7, successes: 5, error: 'refused 6' },
    });
  });

  it('ends at once when there is nothing to do', () => {
    expect(batches(0, 0)).toEqual({ sizes: [], result: { calls: 0, successes: 0, error: null } });
  });
});
