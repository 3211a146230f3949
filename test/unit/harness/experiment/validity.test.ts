/** A replay is valid, or each reason why not is one sentence. */
import { describe, expect, test } from 'vitest';
import { reasonsAgainst, type ValidityFacts } from '../../../../src/harness/experiment/validity.ts';

const FINE: ValidityFacts = {
  achievedRateShare: 0.995,
  lagP99Ms: 4,
  baselineFailed: 0,
  baselineRequests: 60_000,
  idleCpuShare: 0.4,
  clockErrorMs: 0,
  unaccounted: 0,
  refusedChanges: [],
};

describe('validity', () => {
  test('nothing speaks against a replay within every limit', () => {
    expect(reasonsAgainst(FINE)).toEqual([]);
    expect(reasonsAgainst({ ...FINE, achievedRateShare: 0.98, idleCpuShare: 0.05, lagP99Ms: 19.9 })).toEqual(
      [],
    );
  });

  test.each([
    [{ achievedRateShare: 0.979 }, /^Only 97\.9 % of the requests were sent in time/u],
    [{ lagP99Ms: 20 }, /^The load generator was 20\.0 ms late/u],
    [{ baselineFailed: 2 }, /^2 of 60000 requests failed before the change\.$/u],
    [{ idleCpuShare: 0.049 }, /^The machine was 4\.9 % idle/u],
    [{ clockErrorMs: 10.1 }, /^The machine's clock moved by 10\.1 ms/u],
    [{ unaccounted: 3 }, /^The load generator gives no account of 3/u],
    [{ refusedChanges: ['The API server refused change 1.'] }, /^The API server refused change 1\.$/u],
    [{ baselineRequests: 0 }, /^No request was due before the change/u],
  ] satisfies [Partial<ValidityFacts>, RegExp][])('%j is one sentence', (edit, sentence) => {
    const reasons = reasonsAgainst({ ...FINE, ...edit });
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(sentence);
  });
});
