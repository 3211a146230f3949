/** Intervals in few columns: `58.6…70.5 s` for `58.6 s … 70.5 s`. */

/** A unit that both ends have stands once, behind them. */
export function compactInterval(range: string): string {
  const [from = '', to = ''] = range.split(' … ');
  const unit = /[ \u2009]?(?:%|[A-Za-zµ]+)$/u.exec(from)?.[0] ?? '';
  const shared = unit !== '' && to.endsWith(unit);
  return `${shared ? from.slice(0, -unit.length) : from}…${to}`;
}
