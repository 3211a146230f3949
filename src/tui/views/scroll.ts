/** The part of a list that is shown: always with the chosen one in it. */

export interface Scrolled<T> {
  /** Position of the first that is shown. */
  readonly from: number;
  readonly items: readonly T[];
}

export function scrolled<T>(items: readonly T[], chosen: number, rows: number): Scrolled<T> {
  const room = Math.max(1, rows);
  const from = Math.max(0, Math.min(chosen - Math.floor(room / 2), items.length - room));
  return { from, items: items.slice(from, from + room) };
}
