import { describe, expect, it } from 'vitest';
import { resample, sparkline, timeAxis } from '../../../src/report/blocks.ts';

describe('sparkline', () => {
  it('keeps the lowest block for zero and shows whatever is above it', () => {
    expect(sparkline([0, 0.001, 50, 100])).toBe('▁▂▅█');
  });

  it('is flat at zero', () => {
    expect(sparkline([0, 0, 0])).toBe('▁▁▁');
  });

  it('is full where the maximum is held', () => {
    expect(sparkline([20, 20], 20)).toBe('██');
  });
});

describe('resample', () => {
  it('folds slices as asked', () => {
    const values = [1, 3, 5, 7];
    expect(resample(values, 2, 'mean')).toEqual([2, 6]);
    expect(resample(values, 2, 'min')).toEqual([1, 5]);
    expect(resample(values, 2, 'max')).toEqual([3, 7]);
  });

  it('never invents columns', () => {
    expect(resample([4, 2], 60, 'mean')).toEqual([4, 2]);
    expect(resample([], 60, 'mean')).toEqual([]);
  });

  it('leaves no value out', () => {
    const values = Array.from({ length: 137 }, (_, index) => index);
    expect(Math.max(...resample(values, 60, 'max'))).toBe(136);
    expect(Math.min(...resample(values, 60, 'min'))).toBe(0);
  });
});

function labels(endMs: number): readonly string[] {
  return timeAxis(0, endMs, 60).split(/ +/u);
}

describe('timeAxis', () => {
  it('puts each label under its column', () => {
    const axis = timeAxis(0, 120_000, 60);
    expect(axis.indexOf('30s')).toBe(15);
    expect(axis.indexOf('90s')).toBe(45);
    expect(axis.startsWith('0s')).toBe(true);
  });

  it('has one unit, the largest of which every label is a whole number', () => {
    expect(labels(660_000)).toEqual(['0m', '2m', '4m', '6m', '8m', '10m']);
    expect(labels(90_000).every((label) => /^\d+s$/u.test(label))).toBe(true);
    expect(labels(40_000_000)).toEqual(['0h', '2h', '4h', '6h', '8h', '10h']);
  });

  it('is empty for no time', () => {
    expect(timeAxis(0, 0, 60)).toBe('');
  });
});
