/**
 * Kubernetes quantities (`500m`, `1Gi`, `1e3`, `0.5`), read into plain numbers of the base unit.
 */

const SUFFIX: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  Pi: 1024 ** 5,
  Ei: 1024 ** 6,
};

/** The value of a quantity in its base unit (cores, bytes, pieces); null when it is none or is negative. */
export function parseQuantity(value: string | number): number | null {
  const match = /^\+?(\d+(?:\.\d*)?|\.\d+)(?:([eE][-+]?\d{1,2})|([numkMGTPE]|[KMGTPE]i)?)$/u.exec(
    String(value),
  );
  if (match === null) return null;
  const [, digits = '', exponent, suffix = ''] = match;
  if (exponent !== undefined) return Number(digits + exponent);
  const factor = SUFFIX[suffix] ?? Number.NaN;
  return factor < 1 ? Number(digits) / Math.round(1 / factor) : Number(digits) * factor;
}

/** Thousandths of a core, rounded up as the API server does; null when the value is no quantity. */
export function parseCpuMilli(value: string | number): number | null {
  const cores = parseQuantity(value);
  // Multiplying 0.29 by 1000 gives 290.00000000000006; the cut keeps that from becoming 291.
  return cores === null ? null : Math.ceil(Math.round(cores * 1e9) / 1e6);
}

/** Whole bytes, rounded up; null when the value is no quantity. */
export function parseBytes(value: string | number): number | null {
  const bytes = parseQuantity(value);
  return bytes === null ? null : Math.ceil(bytes);
}
