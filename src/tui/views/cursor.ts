/** The cursor through a chart: a stroke where nothing is, and the cell turned over where something is. */
import { lettersOf, type Line, type Span } from '../span.ts';

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
    const letter = letters[inside] ?? ' ';
    const cursor: Span = letter === ' ' ? { text: '│', tone: 'accent' } : { text: letter, tone: 'selected' };
    marked.push(
      { ...part, text: letters.slice(0, inside).join('') },
      letter === '█' ? { text: '│', tone: 'selected' } : cursor,
      { ...part, text: letters.slice(inside + 1).join('') },
    );
  }
  const missing = column - at;
  if (missing >= 0) marked.push({ text: `${' '.repeat(missing)}│`, tone: 'accent' });
  return marked.filter(({ text }) => text !== '');
}
