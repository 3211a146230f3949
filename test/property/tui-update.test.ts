import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Key, Message } from '../../src/tui/message.ts';
import { lettersOf, textOf, widthOf } from '../../src/tui/span.ts';
import type { State } from '../../src/tui/state.ts';
import { update } from '../../src/tui/update.ts';
import { screenLines } from '../../src/tui/views/frame.ts';
import { listState, NAME, openState, run, SCENARIO, scenarioWith, VIEW } from '../unit/tui/fixture.ts';

const CHANGED = scenarioWith('spec.traffic.rate=1000');

const NAMED: readonly Key[] = [
  'up',
  'down',
  'left',
  'right',
  'page-up',
  'page-down',
  'home',
  'end',
  'enter',
  'escape',
  'tab',
  'back-tab',
  'backspace',
];

const key: fc.Arbitrary<Message> = fc
  .oneof(
    fc.constantFrom(...NAMED),
    fc.constantFrom(...lettersOf('12345/?xnp+-fq07%s')).map((text) => ({ text })),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }).map((text) => ({ text })),
  )
  .map((pressed) => ({ kind: 'key', key: pressed }));

const generation = fc.integer({ min: 0, max: 6 });

const result: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ kind: fc.constant('viewed' as const), generation, view: fc.constant(VIEW) }),
  fc.record({
    kind: fc.constant('ran' as const),
    slot: fc.constantFrom('baseline' as const, 'after' as const, 'other' as const),
    generation,
    runs: fc.array(
      fc.record({
        index: fc.integer({ min: 0, max: 5 }),
        run: fc.nat({ max: 900 }).map((failed) => run(1, failed)),
      }),
      { maxLength: 4 },
    ),
  }),
  fc.record({
    kind: fc.constant('configured' as const),
    generation,
    fixed: fc.constant(SCENARIO),
    current: fc.constantFrom(SCENARIO, CHANGED),
    set: fc.constantFrom([], ['spec.traffic.rate=1000']),
  }),
  fc.record({ kind: fc.constant('not-configured' as const), generation, problem: fc.string() }),
  fc.record({ kind: fc.constant('explained' as const), generation, rows: fc.constant([]) }),
  fc.record({
    kind: fc.constant('opened' as const),
    name: fc.constant(NAME),
    scenario: fc.constant(SCENARIO),
  }),
  fc.record({
    kind: fc.constant('resized' as const),
    columns: fc.integer({ min: 1, max: 220 }),
    rows: fc.integer({ min: 1, max: 70 }),
  }),
);

function expectValid(state: State): void {
  const { opened, list } = state;
  expect(list.index).toBeGreaterThanOrEqual(0);
  if (opened === null) return;
  const { timeline, view, whatIf, knobs, questions, compare, causes } = opened;
  for (const { index } of [whatIf, questions, compare, causes]) expect(index).toBeGreaterThanOrEqual(0);
  expect(whatIf.index).toBeLessThan(knobs.length);
  if (view === null) return;
  expect(timeline.cursorMs).toBeGreaterThanOrEqual(view.startMs);
  expect(timeline.cursorMs).toBeLessThanOrEqual(view.endMs);
  if (timeline.window === null) return;
  expect(timeline.window.fromMs).toBeGreaterThanOrEqual(view.startMs);
  expect(timeline.window.toMs).toBeLessThanOrEqual(view.endMs + 1e-6);
  expect(timeline.cursorMs).toBeGreaterThanOrEqual(timeline.window.fromMs - 1e-6);
  expect(timeline.cursorMs).toBeLessThanOrEqual(timeline.window.toMs + 1e-6);
}

function expectDrawn(state: State, coloured: boolean): void {
  const lines = screenLines(state, coloured);
  expect(lines.length).toBeLessThanOrEqual(state.rows);
  for (const line of lines) {
    expect(widthOf(line)).toBeLessThanOrEqual(state.columns);
    expect(textOf(line)).not.toMatch(/undefined|NaN|\n/u);
  }
}

describe('the terminal UI', () => {
  it('stays whole through any keys and results: valid, within bounds, never throwing, every screen in its place', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(listState(), openState(), openState(140, 40)),
        fc.array(fc.oneof({ weight: 4, arbitrary: key }, { weight: 1, arbitrary: result }), {
          maxLength: 60,
        }),
        fc.boolean(),
        (start, messages, coloured) => {
          let state = start;
          for (const message of messages) {
            const before = state;
            ({ state } = update(state, message));
            expectValid(state);
            if (state.screen !== before.screen) expectDrawn(state, coloured);
          }
          expectDrawn(state, coloured);
        },
      ),
      { seed: 4711, numRuns: 150 },
    );
  });

  it('never acts twice on results of a configuration that is gone', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 30 }), result, (keys, late) => {
        let state = openState();
        for (const message of keys) ({ state } = update(state, message));
        const known = state.opened?.generation ?? 0;
        if (!('generation' in late) || late.generation >= 1) return;
        expect(known).toBeGreaterThanOrEqual(1);
        expect(update(state, late)).toEqual({ state, effects: [] });
      }),
      { seed: 815, numRuns: 100 },
    );
  });
});
