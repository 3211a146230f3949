/** Sizes that both the views and the cursor depend on. */

/** Below this nothing can be read. */
export const COLUMNS_MIN = 80;
export const ROWS_MIN = 24;

/** Labels of a chart stand left of it. */
export const CHART_LABEL = 11;

/** Title, tabs, rule above; keys below. */
const FRAME_ROWS = 4;

/** Rows that a view gets. */
export function bodyHeight(rows: number): number {
  return rows - FRAME_ROWS;
}

/** Columns of the timeline's charts. */
export function chartWidth(columns: number): number {
  return Math.max(10, columns - CHART_LABEL - 2);
}

export function isTooSmall({ columns, rows }: { readonly columns: number; readonly rows: number }): boolean {
  return columns < COLUMNS_MIN || rows < ROWS_MIN;
}
