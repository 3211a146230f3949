import { describe, expect, test } from 'vitest';
import {
  BUDGET_DEFAULT,
  budgetText,
  isWithin,
  parseBudget,
  parseKinds,
  spending,
} from '../../../../src/predict/break/budget.ts';
import type { Schedule } from '../../../../src/predict/break/schedule.ts';

const START = { kind: 'at', timeMs: 0 } as const;
const ANY = { labels: {}, nodes: [], pods: [] };

function kill(mode: 'one' | 'all' | 'fixed' | 'fixed-percent', value = 0): Schedule[number] {
  return {
    start: START,
    action: { kind: 'pod-kill', target: { ...ANY, mode, value }, gracePeriodSeconds: 0 },
  };
}

function crash(node: string): Schedule[number] {
  return { start: START, action: { kind: 'node-down', node, effect: 'crash', durationMs: 1000 } };
}

describe('reading', () => {
  test('every part is optional and takes its place', () => {
    expect(parseBudget('faults=3')).toEqual({ ...BUDGET_DEFAULT, faults: 3 });
    expect(parseBudget(' nodes=0, pods=7 ,for=90s')).toEqual({ faults: 2, nodes: 0, pods: 7, forMs: 90_000 });
    expect(parseBudget(budgetText(BUDGET_DEFAULT))).toEqual(BUDGET_DEFAULT);
  });

  test.each([
    ['', '"" is no part of a budget: those are faults, nodes, pods and for'],
    ['node=1', '"node" is no part of a budget: did you mean nodes?'],
    ['foo', '"foo" is no part of a budget: those are faults, nodes, pods and for'],
    ['faults=2,faults=3', 'faults stands twice.'],
    ['pods=-1', 'pods must be a whole number, not "-1".'],
    ['pods', 'pods must be a whole number, not "".'],
    ['for=3', 'for must be a duration from 1s on, not "3".'],
    ['for=10ms', 'for must be a duration from 1s on, not "10ms".'],
    ['faults=0', 'faults must be from 1 to 20.'],
    ['faults=21', 'faults must be from 1 to 20.'],
  ])('%j is refused', (text, message) => {
    expect(parseBudget(text)).toBe(message);
  });

  test('kinds come back in the order of their gentleness', () => {
    expect(parseKinds('drain, pod-kill')).toEqual(['pod-kill', 'drain']);
    expect(parseKinds('pod-kil')).toBe('"pod-kil" is no kind of fault: did you mean pod-kill?');
  });
});

test('a schedule takes its faults, its different nodes and the pods that it hits directly', () => {
  const schedule = [
    kill('one'),
    kill('fixed', 3),
    kill('all'),
    kill('fixed-percent', 30),
    crash('a'),
    crash('a'),
    crash('b'),
  ];
  expect(spending(schedule, 10)).toEqual({ faults: 7, nodes: 2, pods: 1 + 3 + 10 + 3 });
});

test('a schedule is within a budget when each of its parts is, and it breaks something', () => {
  const budget = { faults: 3, nodes: 1, pods: 2, forMs: 1000 };
  expect(isWithin([], budget, 10)).toBe(false);
  expect(isWithin([crash('a'), crash('a'), kill('fixed', 2)], budget, 10)).toBe(true);
  expect(isWithin([crash('a'), crash('b')], budget, 10)).toBe(false);
  expect(isWithin([kill('one'), kill('fixed', 2)], budget, 10)).toBe(false);
  expect(isWithin([crash('a'), crash('a'), crash('a'), crash('a')], budget, 10)).toBe(false);
});
