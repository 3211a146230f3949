import { renderToString } from 'ink';
import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../../src/prediction.ts';
import { Screen } from '../../../src/tui/app.tsx';
import { textOf, widthOf } from '../../../src/tui/span.ts';
import type { State } from '../../../src/tui/state.ts';
import { screenLines } from '../../../src/tui/views/frame.ts';
import { after, changedState, listState, openState, press, run, typed } from './fixture.ts';

const SIZES = [
  [80, 24],
  [140, 40],
] as const;

function plain(state: State): string {
  return `${screenLines(state, false)
    .map((line) => textOf(line).trimEnd())
    .join('\n')}\n`;
}

function whatIf(columns: number, rows: number): State {
  const turned = after(openState(columns, rows), ...typed('3'), ...press('down', 'right'));
  return changedState(turned, 'spec.traffic.rate=1000');
}

function compared(columns: number, rows: number): State {
  const chosen = after(openState(columns, rows), ...typed('5'), ...press('down', 'enter'));
  const runs = [0, 0, 0, 0].map((failed, index) => ({ index, run: run(index + 1, failed) }));
  return after(chosen, { kind: 'ran', slot: 'other', generation: 1, runs });
}

function summary(mean: number): Summary {
  return {
    mean,
    sd: 1,
    p2_5: mean - 2,
    p25: mean - 1,
    p50: mean,
    p75: mean + 1,
    p97_5: mean + 2,
    min: mean - 2,
    max: mean + 2,
  };
}

function asked(columns: number, rows: number): State {
  const difference = { mean: 3, low: 2.5, high: 3.5, pairs: 4 };
  return after(openState(columns, rows), ...typed('4'), ...press('enter'), {
    kind: 'answered',
    generation: 1,
    answer: {
      question: 'max-pods',
      title: 'How many pods at most during the surge?',
      figures: [
        {
          name: 'pods, terminating ones included',
          unit: 'count',
          baseline: summary(29),
          changed: summary(32),
          difference,
          otherwise: 'never',
        },
        {
          name: 'CPU requested at the peak',
          unit: 'core',
          baseline: summary(15),
          changed: summary(16),
          difference,
          otherwise: 'never',
        },
      ],
      notes: ['A note about the scenario as it is.'],
      changedNotes: ['A note about the change.'],
    },
  });
}

const SCREENS: Readonly<Record<string, (columns: number, rows: number) => State>> = {
  list: listState,
  search: (columns, rows) => after(listState(columns, rows), ...typed('/recr')),
  timeline: openState,
  causes: (columns, rows) => after(openState(columns, rows), ...typed('2')),
  'what-if': whatIf,
  questions: asked,
  compare: compared,
  help: (columns, rows) => after(openState(columns, rows), ...typed('?')),
};

describe.each(SIZES)('at %i×%i', (columns, rows) => {
  it.each(Object.keys(SCREENS))('the screen %s is as before', async (name) => {
    const state = SCREENS[name]?.(columns, rows) ?? listState();
    await expect(plain(state)).toMatchFileSnapshot(`screens/${name}-${columns}x${rows}.txt`);
  });

  it.each(Object.keys(SCREENS))(
    'the screen %s fills the terminal to the letter, with and without colours',
    (name) => {
      const state = SCREENS[name]?.(columns, rows) ?? listState();
      for (const coloured of [true, false]) {
        const lines = screenLines(state, coloured);
        expect(lines).toHaveLength(rows);
        expect(new Set(lines.map(widthOf))).toEqual(new Set([columns]));
      }
    },
  );
});

describe('the screen', () => {
  it('is painted line by line as it is laid out', () => {
    const lines = screenLines(openState(), false);
    const painted = renderToString(createElement(Screen, { lines, coloured: false }), { columns: 80 });
    expect(painted.split('\n').map((line) => line.trimEnd())).toEqual(
      lines.map((line) => textOf(line).trimEnd()),
    );
  });

  it('says what size it needs when the terminal is too small for it', () => {
    const small = after(openState(), { kind: 'resized', columns: 40, rows: 10 });
    expect(plain(small)).toBe('This needs a terminal of 80×24; it is 40\n×10. q ends.\n');
  });

  it('names the pod that still gets connections and takes none', () => {
    const at = after(openState(), ...press('home'), ...typed('nn'), ...press('right'));
    const text = plain(at);
    expect(text).toMatch(/A new connection: 50 % fail · worker-1 1 refuse of 2 · worker-2 1 refuse of 2/u);
    expect(text).toMatch(/! aaa-0 +terminating .* closed +2\/2 nodes send to it/u);
  });
});
