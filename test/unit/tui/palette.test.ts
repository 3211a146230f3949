import { describe, expect, it } from 'vitest';
import { paletteColour } from '../../../scripts/screen-cells.ts';
import { lookOf } from '../../../src/tui/palette.ts';
import type { Tone } from '../../../src/tui/span.ts';

const COLOURED: readonly Tone[] = [
  'good',
  'bad',
  'doubtful',
  'pending',
  'starting',
  'ready',
  'unready',
  'terminating',
];

const BACKGROUNDS: readonly (readonly [name: string, colour: string])[] = [
  ['black', '#000000'],
  ['dark grey', '#1e1e1e'],
  ['dark blue', '#002b36'],
  ['white', '#ffffff'],
  ['cream', '#fdf6e3'],
];

/** As WCAG 2 defines it: 1 … 21. */
function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function colourOf(tone: Tone): string {
  const [, index = ''] = /^ansi256\((\d+)\)$/u.exec(lookOf({ text: '', tone }, true).color ?? '') ?? [];
  // The first sixteen are whatever the terminal's theme makes of them.
  expect(Number(index)).toBeGreaterThanOrEqual(16);
  return paletteColour(Number(index));
}

describe('the palette', () => {
  it.each(COLOURED.flatMap((tone) => BACKGROUNDS.map(([name, colour]) => [tone, name, colour] as const)))(
    '%s can be read on %s',
    (tone, _, background) => {
      expect(contrast(colourOf(tone), background)).toBeGreaterThanOrEqual(3);
    },
  );

  it('gives every phase of a pod a colour of its own', () => {
    const phases: readonly Tone[] = ['pending', 'starting', 'ready', 'unready', 'terminating'];
    expect(new Set(phases.map(colourOf)).size).toBe(phases.length);
  });

  it('has no colour where none is wanted', () => {
    for (const tone of COLOURED) {
      const look = lookOf({ text: '', tone, behind: 'ready' }, false);
      expect(look.color).toBeUndefined();
      expect(look.backgroundColor).toBeUndefined();
    }
  });
});
