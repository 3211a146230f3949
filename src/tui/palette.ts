/** How each tone looks. The sixteen colours of the terminal's own theme: few bytes, and readable on any background. */
import type { TextProps } from 'ink';
import type { Span, Tone } from './span.ts';

type Look = Pick<TextProps, 'color' | 'backgroundColor' | 'bold' | 'dimColor' | 'inverse'>;

const COLOURED: Readonly<Record<Tone, Look>> = {
  plain: {},
  faint: { color: 'gray' },
  strong: { bold: true },
  title: { bold: true, color: 'cyan' },
  selected: { inverse: true },
  good: { color: 'green' },
  bad: { bold: true, color: 'red' },
  doubtful: { color: 'yellow' },
  accent: { color: 'cyan' },
  pending: { color: 'gray' },
  starting: { color: 'cyan' },
  ready: { color: 'green' },
  unready: { color: 'yellow' },
  terminating: { color: 'magenta' },
};

const COLOURLESS: Partial<Record<Tone, Look>> = {
  strong: { bold: true },
  title: { bold: true },
  selected: { inverse: true },
  bad: { bold: true },
};

export function lookOf({ tone, behind }: Span, coloured: boolean): Look {
  if (!coloured) return COLOURLESS[tone] ?? {};
  const back = behind === undefined ? undefined : COLOURED[behind].color;
  return back === undefined ? COLOURED[tone] : { ...COLOURED[tone], backgroundColor: back };
}
