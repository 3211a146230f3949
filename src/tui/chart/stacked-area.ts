/**
 * Counts by state over time as areas on top of each other. With colours a cell is cut at an eighth of its height where
 * two areas meet; without, each area has a shade of its own.
 */
import { merged, type Line, type Span, type Tone } from '../span.ts';

export interface Area {
  readonly tone: Tone;
  /** What fills a cell where there are no colours. */
  readonly shade: string;
  /** One for each column. */
  readonly values: readonly number[];
}

const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

export interface StackedAreaOptions {
  readonly width: number;
  readonly height: number;
  /** The value at the upper edge. */
  readonly max: number;
  readonly coloured: boolean;
}

/** @param areas from the bottom up @returns `height` lines, the upper first */
export function stackedArea(areas: readonly Area[], options: StackedAreaOptions): readonly Line[] {
  const { width, height } = options;
  const columns = Array.from({ length: width }, (_, column) => columnCells(areas, column, options));
  return Array.from({ length: height }, (_, row) =>
    merged(columns.map((cells) => cells[height - 1 - row] ?? { text: ' ', tone: 'plain' })),
  );
}

/** From the bottom up. */
function columnCells(
  areas: readonly Area[],
  column: number,
  { height, max, coloured }: StackedAreaOptions,
): readonly Span[] {
  const steps = coloured ? height * 8 : height;
  const owners = ownersOf(areas, column, steps, max);
  if (!coloured) {
    return owners.map((area) => ({ text: area?.shade ?? ' ', tone: area?.tone ?? 'plain' }));
  }
  return Array.from({ length: height }, (_, row) => cellOf(owners.slice(row * 8, row * 8 + 8)));
}

/** Which area each step of a column belongs to. An area that holds anything at all gets one step. */
function ownersOf(
  areas: readonly Area[],
  column: number,
  steps: number,
  max: number,
): readonly (Area | null)[] {
  const owners: (Area | null)[] = [];
  let below = 0;
  for (const area of areas) {
    const value = area.values[column] ?? 0;
    if (!(value > 0) || !(max > 0)) continue;
    below += value;
    const upTo = Math.min(steps, Math.max(owners.length + 1, Math.round((below / max) * steps)));
    while (owners.length < upTo) owners.push(area);
  }
  while (owners.length < steps) owners.push(null);
  return owners;
}

/** One cell shows two areas at most: the lowest and, above it, the one that fills the rest most. */
function cellOf(eighths: readonly (Area | null)[]): Span {
  const [lowest = null] = eighths;
  const boundary = eighths.findIndex((area) => area !== lowest);
  if (boundary === -1)
    return lowest === null ? { text: ' ', tone: 'plain' } : { text: '█', tone: lowest.tone };
  const above = eighths[boundary] ?? null;
  const text = EIGHTHS[boundary] ?? ' ';
  const tone = lowest?.tone ?? 'plain';
  return above === null ? { text, tone } : { text, tone, behind: above.tone };
}
