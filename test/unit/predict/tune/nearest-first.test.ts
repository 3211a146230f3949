import { expect, it } from 'vitest';
import { newCandidate, type Candidate, type RunOutcome } from '../../../../src/predict/tune/candidate.ts';
import { nearestFirst } from '../../../../src/predict/tune/nearest-first.ts';
import { outcome } from './synthetic.ts';

function candidate(position: number, ...outcomes: readonly RunOutcome[]): Candidate {
  return { ...newCandidate([position], 0), outcomes };
}

const miss = (part: Partial<RunOutcome>): RunOutcome => outcome({ met: false, ...part });

it('prefers runs that meet the expectations, where at least half do', () => {
  const often = candidate(0, outcome(), outcome(), miss({ failed: 900 }));
  const rarely = candidate(1, outcome(), miss({ failed: 5 }), miss({ failed: 5 }));
  expect(nearestFirst([rarely, often])[0]?.key).toBe('0');
});

it('prefers fewer missed expectations, then fewer failed requests, then the shorter rollout', () => {
  const two = candidate(0, miss({ unmet: 2 }));
  const many = candidate(1, outcome(), miss({ failed: 2000 }), miss({ failed: 2000 }));
  const few = candidate(2, miss({ failed: 4 }));
  const quick = candidate(3, miss({ failed: 4, durationMs: 1000 }));
  expect(nearestFirst([two, many])[0]?.key).toBe('1');
  expect(nearestFirst([two, many, few])[0]?.key).toBe('2');
  expect(nearestFirst([two, many, few, quick])[0]?.key).toBe('3');
});

it('is nobody before anything has run', () => {
  expect(nearestFirst([candidate(0)])).toEqual([]);
});
