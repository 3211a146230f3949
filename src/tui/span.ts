/** Text of the screen before it is painted: lines of spans, each with a tone. A line never wraps. */
import type { PodPhaseName } from '../record.ts';

/** What a piece of text means; `palette.ts` says how that looks. */
export type Tone =
  'plain' | 'faint' | 'strong' | 'title' | 'selected' | 'good' | 'bad' | 'doubtful' | 'accent' | PodPhaseName;

export interface Span {
  readonly text: string;
  readonly tone: Tone;
  /** Behind the text, where two areas of a chart meet in one cell. */
  readonly behind?: Tone;
}

export type Line = readonly Span[];

export function span(text: string, tone: Tone = 'plain'): Span {
  return { text, tone };
}

const SEGMENTER = new Intl.Segmenter();
/** Where one sign can take several code units: anything but the plain plane without marks. */
const COMPOSED = /\p{Mark}|\p{Surrogate}|\u200D|[\u{10000}-\u{10FFFF}]/u;

/** The signs of a text, one a column. */
export function lettersOf(text: string): readonly string[] {
  return COMPOSED.test(text) ? Array.from(SEGMENTER.segment(text), ({ segment }) => segment) : text.split('');
}

export function textOf(line: Line): string {
  return line.map(({ text }) => text).join('');
}

/** Columns that the line takes. Every character that the program prints is one column wide. */
export function widthOf(line: Line): number {
  return line.reduce((sum, { text }) => sum + lettersOf(text).length, 0);
}

/** Cuts the line to `width` columns, or fills it up to them. */
export function fitted(line: Line, width: number): Line {
  const kept: Span[] = [];
  let left = width;
  const cut = widthOf(line) > width;
  for (const part of line) {
    const letters = lettersOf(part.text);
    if (left <= 0) break;
    const fits = letters.length <= left ? part.text : letters.slice(0, left).join('');
    kept.push({ ...part, text: fits });
    left -= Math.min(left, letters.length);
  }
  if (left > 0) kept.push(span(' '.repeat(left)));
  const last = kept.at(-1);
  if (cut && last !== undefined)
    kept[kept.length - 1] = { ...last, text: `${lettersOf(last.text).slice(0, -1).join('')}…` };
  return kept;
}

/** Two lines in one: the left one cut so that the right one stands at the edge. */
export function spread(left: Line, right: Line, width: number): Line {
  const room = Math.max(0, width - widthOf(right));
  return fitted([...fitted(left, room), ...right], width);
}

/** One line after another on the same row. */
export function joined(...parts: readonly Line[]): Line {
  return parts.flat();
}

/** Neighbours of one tone become one span: fewer bytes to the terminal. */
export function merged(line: Line): Line {
  const spans: Span[] = [];
  for (const part of line) {
    const last = spans.at(-1);
    if (last !== undefined && last.tone === part.tone && last.behind === part.behind) {
      spans[spans.length - 1] = { ...last, text: last.text + part.text };
    } else if (part.text !== '') spans.push(part);
  }
  return spans;
}
