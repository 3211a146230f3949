/** Lines over time in braille dots, two by four to a cell: where lines cross, both show. */
import { merged, type Line, type Tone } from '../span.ts';

export interface StepLine {
  readonly tone: Tone;
  /** Two for each column of the chart. */
  readonly values: readonly number[];
  /** Every other dot is left out: tells lines apart without colours. */
  readonly dotted?: boolean;
}

export interface StepLinesOptions {
  readonly width: number;
  readonly height: number;
  readonly min: number;
  readonly max: number;
}

const BRAILLE = 0x28_00;
/** Bits of the dots, by column and by row from the top. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

/** The first line is drawn on top: a cell takes its tone. @returns `height` lines, the upper first */
export function stepLines(lines: readonly StepLine[], options: StepLinesOptions): readonly Line[] {
  const { width, height } = options;
  const dots = lines.map((line) => dotsOf(line, options));
  return Array.from({ length: height }, (_, row) =>
    merged(
      Array.from({ length: width }, (_, column) => {
        const bits = dots.map((cells) => cells[row * width + column] ?? 0);
        const top = bits.findIndex((bit) => bit > 0);
        const all = bits.reduce((sum, bit) => sum | bit, 0);
        return all === 0
          ? { text: ' ', tone: 'plain' }
          : { text: String.fromCodePoint(BRAILLE + all), tone: lines[top]?.tone ?? 'plain' };
      }),
    ),
  );
}

/** Bits for each cell, row by row. Neighbouring heights are joined by a vertical stroke. */
function dotsOf(
  { values, dotted = false }: StepLine,
  { width, height, min, max }: StepLinesOptions,
): readonly number[] {
  const cells = Array.from({ length: width * height }, () => 0);
  const heights = height * 4;
  const levelOf = (value: number): number => {
    const share = max > min ? (value - min) / (max - min) : 0;
    return Math.max(0, Math.min(heights - 1, Math.round(share * (heights - 1))));
  };
  let previous: number | null = null;
  for (let x = 0; x < width * 2; x++) {
    const level = levelOf(values[x] ?? 0);
    const from = previous === null ? level : Math.min(previous, level);
    const to = previous === null ? level : Math.max(previous, level);
    if (dotted && x % 2 === 1) {
      previous = level;
      continue;
    }
    for (let y = from; y <= to; y++) {
      const fromTop = heights - 1 - y;
      const cell = Math.floor(fromTop / 4) * width + Math.floor(x / 2);
      cells[cell] = (cells[cell] ?? 0) | (DOTS[x % 2 === 0 ? 0 : 1][fromTop % 4] ?? 0);
    }
    previous = level;
  }
  return cells;
}
