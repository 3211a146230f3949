import { expect, test } from 'vitest';
import type { PodLife } from '../../../../src/model/recording/pod-recorder.ts';
import { rolloutResult, type RolloutFacts } from '../../../../src/model/recording/rollout-result.ts';
import type { TimelineEventKind } from '../../../../src/record.ts';

const event = (timeMs: number, kind: TimelineEventKind) => ({ timeMs, kind, object: 'deployment/web' });
const life = (templateHash: string, goneMs: number | null): PodLife => ({ name: 'p', templateHash, goneMs });

const FACTS: RolloutFacts = {
  events: [event(1000, 'rollout-started'), event(31_000, 'rollout-complete')],
  deployment: 'web',
  lives: [life('old', 20_000), life('old', 80_000), life('new', null)],
  templateHashAtStart: 'old',
  templateHash: 'new',
};

test('R-DEP-12: complete while old pods still terminate', () => {
  expect(rolloutResult(FACTS)).toEqual({ outcome: 'complete', completeMs: 30_000, lastOldPodGoneMs: 79_000 });
});

test('no rollout, no figures', () => {
  expect(rolloutResult({ ...FACTS, events: [] })).toEqual({
    outcome: 'none',
    completeMs: null,
    lastOldPodGoneMs: null,
  });
});

test('R-DEP-14: a deadline that passed is a stalled rollout', () => {
  const events = [event(1000, 'rollout-started'), event(601_000, 'rollout-stalled')];
  expect(rolloutResult({ ...FACTS, events }).outcome).toBe('stalled');
});

test('R-DEP-19: back at the first template means rolled back', () => {
  expect(rolloutResult({ ...FACTS, templateHash: 'old' }).outcome).toBe('rolled-back');
});

test('an old pod that never goes leaves the figure open', () => {
  expect(rolloutResult({ ...FACTS, lives: [life('old', null)] }).lastOldPodGoneMs).toBeNull();
});
