/** Columns of text side by side. A cell may carry a note, which stands behind it where there is room and below it elsewhere. */
import { WIDTH } from './lines.ts';

export interface Cell {
  readonly text: string;
  readonly note?: string | null;
  /** How the text stands out; it must not change the text's width. */
  readonly paint?: (text: string) => string;
  /** The heading of the rows below: it may run over the columns behind it, which are empty. */
  readonly heads?: boolean;
}

const GAP = 3;
const INDENT = '  ';

/**
 * @param rows all of the same length
 * @param width that no line should exceed
 */
export function tableLines(rows: readonly (readonly Cell[])[], width: number = WIDTH): readonly string[] {
  const joined = rows.map((row) => row.map(({ text, note }) => (note ? `${text} (${note})` : text)));
  const counted = rows.map((row, index) =>
    row.map(({ heads }, column) => (heads === true ? '' : (joined[index]?.[column] ?? ''))),
  );
  const columns = widths(counted);
  const total = columns.reduce((sum, column) => sum + column, GAP * (columns.length - 1) + INDENT.length);
  if (total <= width) return rows.map((row, index) => line(joined[index] ?? [], columns, row));
  const narrow = widths(
    rows.flatMap((row) => [row.map(({ text, heads }) => (heads === true ? '' : text)), row.map(noteText)]),
  );
  return rows.flatMap((row) => {
    const notes = row.map(noteText);
    const first = line(
      row.map(({ text }) => text),
      narrow,
      row,
    );
    return notes.every((note) => note === '') ? [first] : [first, line(notes, narrow, [])];
  });
}

function noteText({ note }: Cell): string {
  return note ? `(${note})` : '';
}

function widths(rows: readonly (readonly string[])[]): readonly number[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
}

function line(texts: readonly string[], columns: readonly number[], cells: readonly Cell[]): string {
  const padded = texts.map((text, column) => {
    const room = ' '.repeat(Math.max(0, (columns[column] ?? 0) - text.length));
    const paint = cells[column]?.paint;
    return `${paint === undefined ? text : paint(text)}${room}`;
  });
  return `${INDENT}${padded.join(' '.repeat(GAP))}`.trimEnd();
}
