/**
 * How each tone looks. Colours say what a thing is, never that it is a key or a title: those are bold. They are of the
 * fixed part of the 256 colours and of middling brightness, so that they can be read on dark and on light backgrounds
 * whatever the terminal's theme does to its first sixteen; a terminal that has no more than those gets the nearest.
 */
import type { TextProps } from 'ink';
import type { Span, Tone } from './span.ts';

type Look = Pick<TextProps, 'color' | 'backgroundColor' | 'bold' | 'dimColor' | 'inverse'>;

const GREEN = 'ansi256(28)';
const RED = 'ansi256(196)';
const AMBER = 'ansi256(136)';
const BLUE = 'ansi256(33)';
const MAUVE = 'ansi256(133)';
const GRAY = 'ansi256(244)';

const COLOURED: Readonly<Record<Tone, Look>> = {
  plain: {},
  faint: { dimColor: true },
  strong: { bold: true },
  title: { bold: true },
  accent: { bold: true },
  selected: { inverse: true },
  good: { color: GREEN },
  bad: { bold: true, color: RED },
  doubtful: { color: AMBER },
  pending: { color: GRAY },
  starting: { color: BLUE },
  ready: { color: GREEN },
  unready: { color: AMBER },
  terminating: { color: MAUVE },
};

const COLOURLESS: Partial<Record<Tone, Look>> = {
  faint: { dimColor: true },
  strong: { bold: true },
  title: { bold: true },
  accent: { bold: true },
  selected: { inverse: true },
  bad: { bold: true },
};

export function lookOf({ tone, behind }: Span, coloured: boolean): Look {
  if (!coloured) return COLOURLESS[tone] ?? {};
  const back = behind === undefined ? undefined : COLOURED[behind].color;
  return back === undefined ? COLOURED[tone] : { ...COLOURED[tone], backgroundColor: back };
}
