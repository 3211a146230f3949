/**
 * Paints a terminal's screen as an SVG of few bytes. Blocks, shades, braille dots and lines are drawn as shapes, so that
 * charts have no gaps whatever font the reader has; everything else is text.
 */
import type { Cell } from './screen-cells.ts';

export interface Theme {
  readonly ink: string;
  readonly paper: string;
}

export const DARK: Theme = { ink: '#d4d4d4', paper: '#16181d' };
export const LIGHT: Theme = { ink: '#24292f', paper: '#ffffff' };

/** Pixels of a cell, and around the screen. */
const WIDTH = 8;
const HEIGHT = 17;
const MARGIN = 12;
const FONT_SIZE = 13.2;
/** From the upper edge of a row to the line that letters stand on. */
const BASELINE = 13;

/** How strongly a dim sign, or a shade, shows. */
const DIM = 0.62;
const SHADES: Readonly<Record<string, number>> = { '░': 0.25, '▒': 0.5, '▓': 0.75 };
const EIGHTHS = '▁▂▃▄▅▆▇█';

/** @param cells row by row, all of one width @param title what a reader that shows no pictures says instead */
export function screenSvg(cells: readonly (readonly Cell[])[], title: string, theme: Theme): string {
  const width = (cells[0]?.length ?? 0) * WIDTH + 2 * MARGIN;
  const height = cells.length * HEIGHT + 2 * MARGIN;
  const shapes = new Shapes();
  const texts = cells.flatMap((line, row) => paintLine(line, row, shapes, theme));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>text{font:${FONT_SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}.b{font-weight:700}</style>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${theme.paper}"/>`,
    `<g transform="translate(${MARGIN} ${MARGIN})">`,
    ...shapes.paths(),
    ...texts,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** What a cell looks like once the theme and inversion have their say. */
interface Look {
  readonly ink: string;
  readonly paper: string | null;
  readonly opacity: number;
  readonly bold: boolean;
}

function lookOf({ ink, paper, bold, dim, inverse }: Cell, theme: Theme): Look {
  const opacity = dim ? DIM : 1;
  if (!inverse) return { ink: ink ?? theme.ink, paper, opacity, bold };
  return { ink: paper ?? theme.paper, paper: ink ?? theme.ink, opacity: 1, bold };
}

/** Backgrounds and shapes go to `shapes`. @returns the texts of one row */
function paintLine(line: readonly Cell[], row: number, shapes: Shapes, theme: Theme): readonly string[] {
  const texts: string[] = [];
  let run: { readonly look: Look; readonly column: number; text: string } | null = null;
  const flush = (): void => {
    if (run !== null && run.text.trim() !== '') texts.push(textElement(run.text, run.look, run.column, row));
    run = null;
  };
  for (const [column, cell] of line.entries()) {
    const look = lookOf(cell, theme);
    if (look.paper !== null) shapes.fill(look.paper, 1, { column, row, top: 0, height: 1 });
    if (shapes.draw(cell.text, look, column, row)) {
      flush();
      continue;
    }
    if (run !== null && !looksAlike(run.look, look)) flush();
    // Two blanks end a text: not every reader keeps them.
    if (cell.text === ' ' && run?.text.endsWith(' ') === true) flush();
    if (run !== null) run.text += cell.text;
    else if (cell.text !== ' ') run = { look, column, text: cell.text };
  }
  flush();
  return texts;
}

function looksAlike(one: Look, other: Look): boolean {
  return one.ink === other.ink && one.opacity === other.opacity && one.bold === other.bold;
}

/** The length is given, so that columns stay columns in a font of another width. */
function textElement(padded: string, look: Look, column: number, row: number): string {
  const text = padded.trimEnd();
  const letters = Array.from(text).length;
  const attributes = [
    `x="${column * WIDTH}"`,
    `y="${row * HEIGHT + BASELINE}"`,
    `fill="${look.ink}"`,
    ...(letters > 1 ? [`textLength="${letters * WIDTH}"`, 'lengthAdjust="spacingAndGlyphs"'] : []),
    ...(look.opacity < 1 ? [`opacity="${look.opacity}"`] : []),
    ...(look.bold ? ['class="b"'] : []),
  ];
  return `<text ${attributes.join(' ')}>${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

interface Box {
  readonly column: number;
  readonly row: number;
  /** Of a cell's height, from its upper edge. */
  readonly top: number;
  readonly height: number;
}

/** All shapes of one colour become one path; neighbours in a row become one box. */
class Shapes {
  readonly #boxes = new Map<string, { box: Box; columns: number }[]>();
  readonly #strokes = new Map<string, string[]>();

  /** @returns whether the sign is one that is drawn */
  draw(text: string, { ink, opacity }: Look, column: number, row: number): boolean {
    const eighths = EIGHTHS.indexOf(text) + 1;
    if (eighths > 0 && text !== '') {
      this.fill(ink, opacity, { column, row, top: 1 - eighths / 8, height: eighths / 8 });
      return true;
    }
    const shade = SHADES[text];
    if (shade !== undefined) {
      this.fill(ink, shade * opacity, { column, row, top: 0, height: 1 });
      return true;
    }
    const [x, y] = [column * WIDTH, row * HEIGHT];
    const code = text.codePointAt(0) ?? 0;
    if (code >= 0x28_00 && code <= 0x28_ff) {
      this.#stroke(ink, opacity, braille(code - 0x28_00, x, y));
      return true;
    }
    if (text === '─') this.#stroke(ink, opacity, `M${x} ${y + HEIGHT / 2}h${WIDTH}v1h-${WIDTH}z`);
    else if (text === '│') this.#stroke(ink, opacity, `M${x + WIDTH / 2} ${y}h1v${HEIGHT}h-1z`);
    else return false;
    return true;
  }

  fill(colour: string, opacity: number, box: Box): void {
    const key = `${colour} ${opacity}`;
    const boxes = this.#boxes.get(key) ?? [];
    this.#boxes.set(key, boxes);
    const last = boxes.at(-1);
    const isNext =
      last !== undefined &&
      last.box.row === box.row &&
      last.box.top === box.top &&
      last.box.height === box.height &&
      last.box.column + last.columns === box.column;
    if (isNext) last.columns++;
    else boxes.push({ box, columns: 1 });
  }

  #stroke(colour: string, opacity: number, path: string): void {
    const key = `${colour} ${opacity}`;
    const paths = this.#strokes.get(key) ?? [];
    this.#strokes.set(key, paths);
    paths.push(path);
  }

  /** What fills whole cells lies below what does not. */
  paths(): readonly string[] {
    const boxes = [...this.#boxes].map(
      ([key, all]) => [key, all.map(({ box, columns }) => boxPath(box, columns)).join('')] as const,
    );
    const strokes = [...this.#strokes].map(([key, all]) => [key, all.join('')] as const);
    return [...boxes, ...strokes].map(([key, path]) => {
      const [colour = '', opacity = '1'] = key.split(' ');
      const fade = opacity === '1' ? '' : ` opacity="${opacity}"`;
      return `<path fill="${colour}"${fade} shape-rendering="crispEdges" d="${path}"/>`;
    });
  }
}

function boxPath({ column, row, top, height }: Box, columns: number): string {
  const y = round(row * HEIGHT + top * HEIGHT);
  return `M${column * WIDTH} ${y}h${columns * WIDTH}v${round(height * HEIGHT)}h-${columns * WIDTH}z`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Bits of the dots by row from the top, left then right. */
const DOT_BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

function braille(bits: number, x: number, y: number): string {
  return DOT_BITS.flatMap((sides, row) =>
    sides.flatMap((bit, side) =>
      (bits & bit) === 0
        ? []
        : [`M${x + 1 + (side * WIDTH) / 2} ${round(y + 1 + (row * HEIGHT) / 4)}h2v2h-2z`],
    ),
  ).join('');
}
