import { describe, expect, it } from 'vitest';
import {
  isDeletedBefore,
  logarithmicAge,
  podsToDelete,
  type DeletionCandidate,
} from '../../../../../src/model/cluster/replica-set/deletion-order.ts';

const NOW_MS = 1_000_000_000;
const options = { nowMs: NOW_MS, deletionCost: true };

function pod(
  overrides: Partial<DeletionCandidate> = {},
): DeletionCandidate & { readonly deletionMs: number | null } {
  return {
    uid: 'u',
    nodeName: 'n1',
    phase: 'Running',
    ready: true,
    readyTransitionMs: NOW_MS - 60_000,
    createdMs: NOW_MS - 90_000,
    restarts: 0,
    sidecarRestarts: 0,
    deletionCost: 0,
    deletionMs: null,
    ...overrides,
  };
}

function before(a: DeletionCandidate, b: DeletionCandidate, rankA = 1, rankB = 1): boolean[] {
  const [first, second] = [
    { pod: a, rank: rankA },
    { pod: b, rank: rankB },
  ];
  return [isDeletedBefore(first, second, options), isDeletedBefore(second, first, options)];
}

describe('deletion order (R-RS-5)', () => {
  /** Each key in turn: the first pod goes, although every later key speaks for the second. */
  const keys: [string, Partial<DeletionCandidate>, Partial<DeletionCandidate>][] = [
    ['unassigned', { nodeName: null, phase: 'Running', ready: true }, { phase: 'Pending', ready: false }],
    ['Pending before Unknown', { phase: 'Pending', ready: true }, { phase: 'Unknown', ready: false }],
    ['Unknown before Running', { phase: 'Unknown', ready: true }, { ready: false }],
    ['not ready', { ready: false, deletionCost: 5 }, { deletionCost: 1 }],
    ['lower deletion cost', { deletionCost: -1 }, { restarts: 9, readyTransitionMs: NOW_MS - 1000 }],
    ['ready for less time', { readyTransitionMs: NOW_MS - 1000 }, { restarts: 9 }],
    ['more restarts', { restarts: 2, createdMs: NOW_MS - 9e8 }, { restarts: 1, sidecarRestarts: 9 }],
    ['more sidecar restarts', { sidecarRestarts: 1, createdMs: NOW_MS - 9e8 }, {}],
    ['younger', { createdMs: NOW_MS - 1000 }, {}],
  ];
  it.each(keys)('%s first', (_, first, second) => {
    expect(before(pod(first), pod(second))).toEqual([true, false]);
  });

  it('more related pods on the node first, after the cost and before readiness time', () => {
    expect(before(pod(), pod({ readyTransitionMs: NOW_MS - 1 }), 2, 1)).toEqual([true, false]);
    expect(before(pod({ deletionCost: 1 }), pod(), 2, 1)).toEqual([false, true]);
  });

  it('compares times by powers of two and lets the UID decide within one', () => {
    const older = pod({ readyTransitionMs: NOW_MS - 60_000, uid: 'a' });
    const sameBand = pod({ readyTransitionMs: NOW_MS - 50_000, uid: 'b' });
    expect(logarithmicAge(60_000)).toBe(logarithmicAge(50_000));
    expect(before(older, sameBand)).toEqual([true, false]);
  });

  it('is no strict weak order where upstream’s is none: equal times meet a power of two', () => {
    const a = pod({ uid: 'c', restarts: 1 });
    const b = pod({ uid: 'a' });
    const c = pod({ uid: 'b', readyTransitionMs: NOW_MS - 59_000 });
    expect([before(a, b)[0], before(b, c)[0], before(c, a)[0]]).toEqual([true, true, true]);
  });

  it('gives the power of two of an age exactly, also next to one', () => {
    for (const power of [10, 20, 30, 40, 50]) {
      const ageMs = 2 ** power / 1_000_000;
      expect(logarithmicAge(ageMs)).toBe(power);
      expect(logarithmicAge((2 ** power - 1) / 1_000_000)).toBe(power - 1);
    }
    expect([logarithmicAge(0), logarithmicAge(-5)]).toEqual([-1, -1]);
  });

  it('takes from the fullest node by the pods of all versions, and does not sort when all must go', () => {
    const x = pod({ nodeName: 'n1', uid: '0' });
    const y = pod({ nodeName: 'n2', uid: '1' });
    const otherVersion = pod({ nodeName: 'n2', uid: '2' });
    expect(podsToDelete([x, y], [x, y, otherVersion], 1, options)).toEqual([y]);
    const terminating = { ...otherVersion, deletionMs: NOW_MS };
    const onFirst = pod({ nodeName: 'n1', uid: '9' });
    expect(podsToDelete([x, y], [x, y, onFirst, terminating], 1, options)).toEqual([x]);
    expect(podsToDelete([y, x], [], 2, options)).toEqual([y, x]);
  });
});
