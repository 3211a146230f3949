import { expect, test } from 'vitest';
import { StepSeries } from '../../../../src/model/recording/step-series.ts';

test('each bin holds the value at its end', () => {
  const series = new StepSeries(0, 100);
  series.set(0, 5);
  series.set(150, 7);
  series.set(160, 6);
  series.set(300, 1);
  expect(series.finish(500)).toEqual([5, 6, 6, 1, 1]);
});

test('a change at a bin’s end counts for the next bin', () => {
  const series = new StepSeries(0, 100);
  series.set(100, 3);
  expect(series.finish(250)).toEqual([0, 3]);
});
