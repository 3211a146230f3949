/** How words stand out. Reports are plain text; whoever prints them to a terminal passes colours in. */

type Paint = (text: string) => string;

export interface Style {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly bad: Paint;
  readonly good: Paint;
  readonly doubtful: Paint;
}

const asItIs: Paint = (text) => text;

export const PLAIN: Style = { strong: asItIs, faint: asItIs, bad: asItIs, good: asItIs, doubtful: asItIs };
