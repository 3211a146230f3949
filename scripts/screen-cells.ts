/** What a terminal emulator shows, cell by cell, with colours as a painter needs them. */
import type { IBufferCell, Terminal } from '@xterm/headless';

export interface Cell {
  /** One sign; a blank where nothing is written. */
  readonly text: string;
  /** `#rrggbb`; null: the terminal's own. */
  readonly ink: string | null;
  readonly paper: string | null;
  readonly bold: boolean;
  readonly dim: boolean;
  /** Ink and paper change places. */
  readonly inverse: boolean;
}

/** The sixteen colours that every terminal chooses for itself: here those of xterm. */
const SIXTEEN = [
  '#000000',
  '#cd0000',
  '#00cd00',
  '#cdcd00',
  '#0000ee',
  '#cd00cd',
  '#00cdcd',
  '#e5e5e5',
  '#7f7f7f',
  '#ff0000',
  '#00ff00',
  '#ffff00',
  '#5c5cff',
  '#ff00ff',
  '#00ffff',
  '#ffffff',
];

/** Brightness of a channel in the cube of 6 × 6 × 6 colours. */
const CUBE = [0, 95, 135, 175, 215, 255];

/** @param index 0 … 255 @returns `#rrggbb` */
export function paletteColour(index: number): string {
  const named = SIXTEEN[index];
  if (named !== undefined) return named;
  if (index >= 232) return rgb(8 + 10 * (index - 232), 8 + 10 * (index - 232), 8 + 10 * (index - 232));
  const at = index - 16;
  return rgb(CUBE[Math.floor(at / 36)] ?? 0, CUBE[Math.floor(at / 6) % 6] ?? 0, CUBE[at % 6] ?? 0);
}

function rgb(red: number, green: number, blue: number): string {
  return `#${[red, green, blue].map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** @returns row by row, each as wide as the terminal */
export function screenCells({ buffer, rows, cols }: Terminal): readonly (readonly Cell[])[] {
  const { active } = buffer;
  const reused = active.getNullCell();
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: cols }, (_, column) => {
      const cell = active.getLine(active.viewportY + row)?.getCell(column, reused);
      return cell === undefined ? BLANK : cellOf(cell);
    }),
  );
}

const BLANK: Cell = { text: ' ', ink: null, paper: null, bold: false, dim: false, inverse: false };

function cellOf(cell: IBufferCell): Cell {
  return {
    text: cell.getChars() || ' ',
    ink: colourOf(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor()),
    paper: colourOf(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor()),
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    inverse: cell.isInverse() !== 0,
  };
}

function colourOf(isRgb: boolean, isPalette: boolean, value: number): string | null {
  if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
  return isPalette ? paletteColour(value) : null;
}
