/** Rows as comma-separated values (RFC 4180): a header, one line for each row, CRLF between them. */

export type CsvRow = Readonly<Record<string, string | number | null>>;

/** @param rows with the columns of the first; empty text stands for null */
export function csvText(rows: readonly CsvRow[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const columns = Object.keys(first);
  const lines = rows.map((row) => columns.map((column) => cell(row[column] ?? null)).join(','));
  return `${[columns.map(cell).join(','), ...lines].join('\r\n')}\r\n`;
}

function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
