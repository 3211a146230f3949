import { describe, expect, it } from 'vitest';
import {
  EXPECTATIONS_TIMEOUT_MS,
  Expectations,
} from '../../../../../src/model/cluster/replica-set/expectations.ts';

describe('Expectations (R-RS-3)', () => {
  it('are satisfied when every creation has been observed, and for an unknown key', () => {
    const expectations = new Expectations();
    expect(expectations.satisfied('a', 0)).toBe(true);
    expectations.expectCreations('a', 2, 0);
    expectations.creationObserved('a');
    expect(expectations.satisfied('a', 1)).toBe(false);
    expectations.creationObserved('a');
    expect(expectations.satisfied('a', 1)).toBe(true);
  });

  it('count each deletion once, however often the pod is seen terminating', () => {
    const expectations = new Expectations();
    expectations.expectDeletions('a', ['p', 'q'], 0);
    for (let i = 0; i < 3; i++) expectations.deletionObserved('a', 'p');
    expectations.deletionObserved('a', 'another');
    expect(expectations.satisfied('a', 1)).toBe(false);
    expectations.deletionObserved('a', 'q');
    expect(expectations.satisfied('a', 1)).toBe(true);
  });

  it('expire after five minutes, so that a lost event cannot stop a ReplicaSet for good', () => {
    const expectations = new Expectations();
    expectations.expectCreations('a', 1, 1000);
    expect(expectations.satisfied('a', 1000 + EXPECTATIONS_TIMEOUT_MS)).toBe(false);
    expect(expectations.satisfied('a', 1001 + EXPECTATIONS_TIMEOUT_MS)).toBe(true);
  });

  it('do not mix keys and end with their key', () => {
    const expectations = new Expectations();
    expectations.expectCreations('a', 1, 0);
    expectations.creationObserved('b');
    expect(expectations.satisfied('a', 1)).toBe(false);
    expectations.forget('a');
    expect(expectations.satisfied('a', 1)).toBe(true);
  });
});
