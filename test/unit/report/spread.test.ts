import { describe, expect, it } from 'vitest';
import { summarize } from '../../../src/predict/statistics.ts';
import { formatCount } from '../../../src/report/numbers.ts';
import { spreadText } from '../../../src/report/spread.ts';

describe('spreadText', () => {
  it('gives the interval of a run, beyond what was seen', () => {
    expect(spreadText(summarize([90, 95, 100, 105, 110]), 5, formatCount)).toMatch(/^7\d … 1[23]\d$/u);
  });

  it('gives what few runs showed, and no guess', () => {
    expect(spreadText(summarize([90, 110]), 2, formatCount)).toBe('90 … 110');
  });

  it('says nothing where nothing varies', () => {
    expect(spreadText(summarize([4, 4, 4]), 3, formatCount)).toBeNull();
  });
});
