import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../../../src/predict/run-summary.ts';
import { accuracyText, worstAccuracyText } from '../../../../src/tui/views/accuracy.ts';
import { runOf } from '../../predict/run-of.ts';

function run(exactShare: number, errorBound: number): RunSummary {
  return { ...runOf(), accuracy: { exactShare, errorBound } };
}

describe('the accuracy on the screen', () => {
  it('is the mean over the runs, as that of a prediction', () => {
    expect(accuracyText([run(0.1, 1), run(0.3, 4)])).toBe(
      '20 % of requests followed (error up to 2.5 requests)',
    );
    expect(accuracyText([])).toBeNull();
  });

  it('is, of a comparison, that of the side that was followed less closely', () => {
    const close = [run(1, 0), run(1, 0)];
    expect(worstAccuracyText(close)).toBe('all followed');
    expect(worstAccuracyText(close, [run(0.5, 3)])).toBe('50 % followed, error up to 3');
    expect(worstAccuracyText([run(0.2, 1)], [run(0.5, 3)])).toBe('20 % followed, error up to 3');
    expect(worstAccuracyText(close, [])).toBe('all followed');
    expect(worstAccuracyText([])).toBeNull();
  });
});
