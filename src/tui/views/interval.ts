/** A value with its interval in few columns: `64.3 s (58.6…70.5)` for `64.3 s (58.6 s … 70.5 s)`. */

const UNIT = /[ \u2009]?(?:%|[A-Za-zµ]+(?:\/s)?)$/u;

/** @param range two ends with ` … ` between them; null: there is none */
export function withInterval(value: string, range: string | null): string {
  return range === null ? value : `${value} (${compactInterval(value, range)})`;
}

/** A unit that value and both ends have stands once, behind the value; one that both ends have, behind them. */
function compactInterval(value: string, range: string): string {
  const [from = '', to = ''] = range.split(' … ');
  const unit = UNIT.exec(from)?.[0] ?? '';
  if (unit === '' || !to.endsWith(unit)) return `${from}…${to}`;
  const low = from.slice(0, -unit.length);
  return value.endsWith(unit) ? `${low}…${to.slice(0, -unit.length)}` : `${low}…${to}`;
}

/** Large numbers in thousands, when the text is too long for its column: `−24.6k (−31k…−18k)`. */
export function shortened(text: string, width: number): string {
  if (text.length <= width) return text;
  return text.replaceAll(/\d{1,3}(?:\u2009\d{3})+/gu, (digits) => {
    const thousands = Number(digits.replaceAll('\u2009', '')) / 1000;
    return `${thousands < 100 ? Number(thousands.toFixed(1)) : Math.round(thousands)}k`;
  });
}
