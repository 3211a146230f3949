/** The cursor through a chart: a stroke from top to bottom, behind whatever is too fine to be drawn over. */
import { lettersOf, type Line, type Span, type Tone } from '../span.ts';

export function withCursor(line: Line, column: number): Line {
  const marked: Span[] = [];
  let at = 0;
  for (const part of line) {
    const letters = lettersOf(part.text);
    const inside = column - at;
    at += letters.length;
    if (inside < 0 || inside >= letters.length) {
      marked.push(part);
      continue;
    }
    marked.push(
      { ...part, text: letters.slice(0, inside).join('') },
      cursorCell(part, letters[inside] ?? ' '),
      { ...part, text: letters.slice(inside + 1).join('') },
    );
  }
  const missing = column - at;
  if (missing >= 0) marked.push({ text: `${' '.repeat(missing)}│`, tone: 'accent' });
  return marked.filter(({ text }) => text !== '');
}

/** On an area the stroke keeps the area's colour behind it; where two meet, that of the larger part of the cell. */
function cursorCell({ tone, behind }: Span, letter: string): Span {
  if (letter === ' ') return stroke(behind);
  if (letter === '·' && tone === 'faint') return { text: '▲', tone: 'accent' };
  if (letter === '█') return stroke(tone);
  if ('▒░▓·'.includes(letter)) return stroke(undefined);
  if (behind !== undefined) return stroke('▁▂▃▄'.includes(letter) ? behind : tone);
  return /[A-Za-z]/u.test(letter) ? { text: letter, tone: 'selected' } : { text: letter, tone };
}

function stroke(behind: Tone | undefined): Span {
  return { text: '│', tone: 'accent', ...(behind !== undefined && { behind }) };
}
