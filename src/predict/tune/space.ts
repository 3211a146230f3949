/**
 * The grid of configurations that a search walks over, and the boxes between its points. An axis is a field, a position
 * on it one of the field's values. Between the values of an ordered axis there is something to find; between words there
 * is nothing.
 */

export interface Axis {
  /** How many values the field takes; at least one. */
  readonly size: number;
  /** Whether its values are in an order, so that what lies between two of them lies between their effects. */
  readonly ordered: boolean;
}

/** One position for each axis. */
export type Point = readonly number[];

/** All points between two corners; on an unordered axis both corners are the same. */
export interface Box {
  readonly low: Point;
  readonly high: Point;
}

export function pointKey(point: Point): string {
  return point.join(',');
}

export function gridSize(axes: readonly Axis[]): number {
  return axes.reduce((product, { size }) => product * size, 1);
}

/** Every point, the last axis turning fastest. */
export function allPoints(axes: readonly Axis[]): readonly Point[] {
  return product(axes.map(({ size }) => Array.from({ length: size }, (_, position) => position)));
}

/**
 * Positions at which a search looks first: on every axis as many as possible, both ends among them, while their grid has
 * at most `pointsMax` points; every value of an unordered axis, and at least both ends of an ordered one.
 */
export function latticePositions(axes: readonly Axis[], pointsMax: number): readonly (readonly number[])[] {
  let levels = 2;
  while (
    levels < Math.max(...axes.map(({ size }) => size)) &&
    gridSize(thinned(axes, levels + 1)) <= pointsMax
  ) {
    levels++;
  }
  return thinned(axes, levels).map(({ size: kept }, axis) => {
    const last = (axes[axis]?.size ?? 1) - 1;
    return Array.from({ length: kept }, (_, index) =>
      kept === 1 ? 0 : Math.round((index * last) / (kept - 1)),
    );
  });
}

function thinned(axes: readonly Axis[], levels: number): readonly Axis[] {
  return axes.map(({ size, ordered }) => ({ ordered, size: ordered ? Math.min(size, levels) : size }));
}

/** The boxes between neighbouring positions; together they cover the grid. */
export function boxesBetween(
  axes: readonly Axis[],
  positions: readonly (readonly number[])[],
): readonly Box[] {
  const intervals = positions.map((kept, axis): readonly (readonly [number, number])[] => {
    if (axes[axis]?.ordered !== true || kept.length === 1)
      return kept.map((position) => [position, position]);
    return kept.slice(1).map((position, index) => [kept[index] ?? position, position]);
  });
  return product(intervals).map((sides) => ({
    low: sides.map(([from]) => from),
    high: sides.map(([, to]) => to),
  }));
}

export function cornersOf({ low, high }: Box): readonly Point[] {
  return product(low.map((from, axis) => [...new Set([from, high[axis] ?? from])]));
}

/** Two halves across the longest side, the first axis where sides are equal; null when nothing lies between the corners. */
export function splitBox({ low, high }: Box): readonly [Box, Box] | null {
  let axis = -1;
  let longest = 1;
  for (const [index, from] of low.entries()) {
    const side = (high[index] ?? from) - from;
    if (side > longest) [axis, longest] = [index, side];
  }
  if (axis === -1) return null;
  const middle = (low[axis] ?? 0) + Math.floor(longest / 2);
  return [
    { low, high: high.with(axis, middle) },
    { low: low.with(axis, middle), high },
  ];
}

function product<T>(choices: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return choices.reduce<readonly (readonly T[])[]>(
    (begun, options) => begun.flatMap((start) => options.map((option) => [...start, option])),
    [[]],
  );
}
