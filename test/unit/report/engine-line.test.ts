import { describe, expect, it } from 'vitest';
import type { Prediction } from '../../../src/prediction.ts';
import { engineLine, followedShort } from '../../../src/report/engine-line.ts';

function made(engine: Partial<Prediction['engine']>): Prediction {
  const all = {
    version: '1',
    mode: 'skip-ahead',
    seed: 3,
    runs: 20,
    wallMs: 9,
    exactShare: 0.126,
    errorBound: 0.02,
  };
  return { engine: { ...all, ...engine } } as unknown as Prediction;
}

describe('engineLine', () => {
  it('says how much was followed and how far off the rest can be', () => {
    expect(engineLine(made({}), 'kind')).toBe(
      'seed 3 · 20 runs · profile kind · 13 % of requests followed (error below 0.1 requests)',
    );
    expect(engineLine(made({ errorBound: 4.4, exactShare: 1 }), 'kind')).toBe(
      'seed 3 · 20 runs · profile kind · every request followed (error up to 4.4 requests)',
    );
  });

  it('has nothing to excuse where every request was followed', () => {
    expect(engineLine(made({ mode: 'exact', runs: 1, exactShare: 1, errorBound: 0 }), 'small')).toBe(
      'seed 3 · 1 run · profile small · every request followed',
    );
  });
});

describe('followedShort', () => {
  it('says the same in fewer words', () => {
    expect(followedShort({ exactShare: 0.126, errorBound: 2.4 })).toBe('13 % followed, error up to 2.4');
    expect(followedShort({ exactShare: 0.02, errorBound: 0 })).toBe('2 % followed, error below 0.1');
    expect(followedShort({ exactShare: 1, errorBound: 7 })).toBe('all followed, error up to 7');
    expect(followedShort({ exactShare: 1, errorBound: 0 })).toBe('all followed');
  });
});
