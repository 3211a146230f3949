import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../../src/kernel/random.ts';

const draw = (seed: number, purpose: string, entity: string | number, occurrence = 0): number[] => {
  const stream = new RandomStreams(seed).stream(purpose, entity, occurrence);
  return Array.from({ length: 8 }, () => stream.uint32());
};

describe('random streams', () => {
  it('gives the same numbers for the same seed and name, in any order of asking', () => {
    const streams = new RandomStreams(7);
    const before = streams.stream('a', 'x').uint32();
    streams.stream('b', 'x').uint32();
    expect(new RandomStreams(7).stream('a', 'x').uint32()).toBe(before);
    expect(draw(7, 'a', 'x')).toEqual(draw(7, 'a', 'x'));
  });

  it('gives other numbers for another seed, purpose, entity or occurrence', () => {
    const names = [
      draw(7, 'a', 'x'),
      draw(8, 'a', 'x'),
      draw(7 + 2 ** 32, 'a', 'x'),
      draw(7, 'b', 'x'),
      draw(7, 'a', 'y'),
      draw(7, 'a', 'x', 1),
    ].map((numbers) => numbers.join());
    expect(new Set(names).size).toBe(names.length);
  });

  it('draws streams of neighbouring names independently', () => {
    // The correlation of 10 000 pairs has standard deviation 0.01: beyond 0.05 is 5 sigma, one in 1.7 million.
    const streams = new RandomStreams(3);
    for (let entity = 0; entity < 20; entity++) {
      const a = streams.stream('service-time', entity);
      const b = streams.stream('service-time', entity + 1);
      let sum = 0;
      for (let i = 0; i < 10_000; i++) sum += (a.unit() - 0.5) * (b.unit() - 0.5);
      expect(Math.abs((sum / 10_000) * 12)).toBeLessThan(0.05);
    }
  });

  it('spreads its uniforms over all intervals, without 0 and 1', () => {
    // Chi-squared with 99 degrees of freedom exceeds 180 with probability 1e-6.
    for (const kind of ['unit', 'unit53'] as const) {
      const stream = new RandomStreams(5).stream(kind);
      const counts = Array.from({ length: 100 }, () => 0);
      for (let i = 0; i < 100_000; i++) {
        const value = stream[kind]();
        expect(value > 0 && value < 1).toBe(true);
        const bin = Math.floor(value * 100);
        counts[bin] = (counts[bin] ?? 0) + 1;
      }
      const chiSquared = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
      expect(chiSquared).toBeLessThan(180);
      expect(chiSquared).toBeGreaterThan(45);
    }
  });

  it('draws integers below a bound, each as likely', () => {
    const stream = new RandomStreams(5).stream('below');
    const counts = Array.from({ length: 7 }, () => 0);
    for (let i = 0; i < 70_000; i++) {
      const value = stream.below(7);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    expect(counts).toHaveLength(7);
    // Six sigma of a binomial count around 10 000.
    for (const count of counts)
      expect(Math.abs(count - 10_000)).toBeLessThan(6 * Math.sqrt(70_000 * (6 / 49)));
  });
});
