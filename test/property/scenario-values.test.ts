/**
 * The notations of a scenario's values: what is written can be read, and means the same.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/scenario/duration.ts';
import { parseIntOrPercent, resolveIntOrPercent } from '../../src/scenario/int-or-percent.ts';
import { parseCpuMilli, parseQuantity } from '../../src/scenario/quantity.ts';
import { parsePath } from '../../src/scenario/setting.ts';
import { formatPath, parentPath } from '../../src/scenario/source-map.ts';

const RUNS = { seed: 42, numRuns: 500 };

test('a duration in whole milliseconds survives writing and reading', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000_000), (durationMs) => {
      expect(parseDuration(formatDuration(durationMs))).toBeCloseTo(durationMs, 6);
    }),
    RUNS,
  );
});

test('a written duration has one spelling: reading and writing it again changes nothing', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (durationMs) => {
      const text = formatDuration(durationMs);
      expect(formatDuration(parseDuration(text) ?? Number.NaN)).toBe(text);
    }),
    RUNS,
  );
});

test('text that is read as a duration is never negative, and other text is refused rather than thrown at', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^[0-9.]{0,6}(?:ns|us|ms|s|m|h)?[0-9.]{0,4}(?:ms|s|m)?$/u)),
      (text) => {
        const durationMs = parseDuration(text);
        expect(durationMs === null || durationMs >= 0).toBe(true);
      },
    ),
    RUNS,
  );
});

test('thousandths of a core survive every notation', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), (milli) => {
      expect([
        parseCpuMilli(`${milli}m`),
        parseCpuMilli(milli / 1000),
        parseCpuMilli(String(milli / 1000)),
      ]).toEqual(Array(3).fill(milli));
    }),
    RUNS,
  );
});

test('binary and decimal suffixes scale by their powers', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.constantFrom('k', 'M', 'G', 'T'), (count, suffix) => {
      const power = 'kMGT'.indexOf(suffix) + 1;
      expect(parseQuantity(`${count}${suffix}`)).toBe(count * 1000 ** power);
      expect(parseQuantity(`${count}${suffix.toUpperCase()}i`)).toBe(count * 1024 ** power);
    }),
    RUNS,
  );
});

test('a share rounded up is never below the same share rounded down, by less than one (R-DEP-2)', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.nat(10_000), (percent, total) => {
      const value = parseIntOrPercent(`${percent}%`) ?? 0;
      const [up, down] = [resolveIntOrPercent(value, total, 'up'), resolveIntOrPercent(value, total, 'down')];
      expect(up - down).toBe((percent * total) % 100 === 0 ? 0 : 1);
    }),
    RUNS,
  );
});

test('a path survives writing and reading, and its parent is what comes before its last segment', () => {
  const key = fc.oneof(
    fc.stringMatching(/^[a-z][A-Za-z]{0,8}$/u),
    fc.stringMatching(/^[a-z.]{1,8}\/[a-z"\\]{1,5}$/u),
  );
  fc.assert(
    fc.property(key, fc.array(fc.oneof(key, fc.nat(20)), { maxLength: 5 }), (first, rest) => {
      const segments = [first, ...rest];
      const path = formatPath(segments);
      expect(parsePath(path)).toEqual(segments);
      expect(parentPath(path)).toBe(formatPath(segments.slice(0, -1)));
    }),
    RUNS,
  );
});
