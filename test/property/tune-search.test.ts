import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figuresOf, verdictOf } from '../../src/predict/tune/candidate.ts';
import { clearlyDearer } from '../../src/predict/tune/cheapest.ts';
import { dominates, frontierOf, objectivesOf } from '../../src/predict/tune/frontier.ts';
import { search } from '../../src/predict/tune/search.ts';
import { allPoints, gridSize, type Point } from '../../src/predict/tune/space.ts';
import { syntheticProblem } from '../unit/predict/tune/synthetic.ts';

const axesArbitrary = fc.array(
  fc.record({ size: fc.integer({ min: 1, max: 24 }), ordered: fc.constant(true) }),
  {
    minLength: 1,
    maxLength: 3,
  },
);

/** A grid, a weight for each field, and how much of the weighted sum it takes to meet the expectations. */
const monotone = axesArbitrary.chain((axes) =>
  fc.record({
    axes: fc.constant(axes),
    helps: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: axes.length, maxLength: axes.length }),
    costs: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: axes.length, maxLength: axes.length }),
    needed: fc.double({ min: 0, max: 1.1, noNaN: true }),
  }),
);

const weighted = (point: Point, weights: readonly number[]): number =>
  point.reduce((sum, position, axis) => sum + position * (weights[axis] ?? 0), 0);

describe('the search', () => {
  it('finds the true optimum where feasibility and cost grow along every field', async () => {
    await fc.assert(
      fc.asyncProperty(monotone, async ({ axes, helps, costs, needed }) => {
        const most = weighted(
          axes.map(({ size }) => size - 1),
          helps,
        );
        const meets = (point: Point): boolean => weighted(point, helps) >= needed * most;
        const cost = (point: Point): number => 10 + weighted(point, costs);
        const problem = syntheticProblem(axes, {
          met: (point) => (meets(point) ? 1 : 0),
          extraPodS: cost,
          failed: (point) => (meets(point) ? 0 : 1 + most - weighted(point, helps)),
        });
        const { choice, exhausted } = await search(problem, { runsMax: 100_000 });
        const feasible = allPoints(axes).filter(meets);
        expect(exhausted).toBe(false);
        if (feasible.length === 0) {
          expect(choice).toBeNull();
          return;
        }
        expect(choice).not.toBeNull();
        if (choice === null) return;
        expect(verdictOf(choice)).toBe('meets');
        const least = Math.min(...feasible.map(cost));
        const found = figuresOf(choice);
        // Within what counts as equal: five hundredths.
        expect((found?.extraPodMs ?? Infinity) / 1000).toBeLessThanOrEqual(least * 1.05);
      }),
      { seed: 41, numRuns: 60 },
    );
  });

  it('gives a frontier that beats everything it looked at, and no member of which beats another', async () => {
    const axis = fc.record({ size: fc.integer({ min: 1, max: 12 }), ordered: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(axis, { minLength: 1, maxLength: 2 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 30 })),
        async (axes, stream) => {
          const table = new Map(
            allPoints(axes).map((point) => [point.join(), [...stream.take(4)] as readonly number[]]),
          );
          const valueOf = (point: Point, index: number): number => table.get(point.join())?.[index] ?? 0;
          const problem = syntheticProblem(axes, {
            met: (point) => (valueOf(point, 0) === 0 ? 1 : 0),
            failed: (point) => valueOf(point, 0),
            durationS: (point) => valueOf(point, 1),
            peakPods: (point) => valueOf(point, 2),
            extraPodS: (point) => 1 + valueOf(point, 3),
          });
          const { candidates, frontier } = await search(problem, { runsMax: 5000 });
          expect(frontier.length).toBeGreaterThan(0);
          for (const member of frontier) {
            for (const other of candidates) {
              const [a, b] = [objectivesOf(other), objectivesOf(member)];
              if (a !== null && b !== null) expect(dominates(a, b)).toBe(false);
            }
          }
          const keys = new Set(frontier.map((member) => objectivesOf(member)?.join()));
          expect(keys.size).toBe(frontier.length);
          for (const { key } of candidates) {
            const candidate = candidates.find((one) => one.key === key);
            const own = candidate === undefined ? null : objectivesOf(candidate);
            if (own === null || keys.has(own.join())) continue;
            expect(
              frontier.some((member) => {
                const objectives = objectivesOf(member);
                return objectives !== null && dominates(objectives, own);
              }),
            ).toBe(true);
          }
        },
      ),
      { seed: 42, numRuns: 80 },
    );
  });

  it('never spends more runs than it may, and asks for none twice', async () => {
    await fc.assert(
      fc.asyncProperty(monotone, fc.integer({ min: 1, max: 120 }), async ({ axes, costs }, runsMax) => {
        const problem = syntheticProblem(axes, {
          met: (point) => (weighted(point, costs) % 7) / 6,
          extraPodS: (point) => 10 + weighted(point, costs),
        });
        const { runs, candidates } = await search(problem, { runsMax });
        expect(runs).toBeLessThanOrEqual(runsMax);
        const seen = new Set<string>();
        let asked = 0;
        for (const { point, from, count } of problem.asked) {
          for (let run = from; run < from + count; run++) {
            const key = `${point.join()}#${run}`;
            expect(seen.has(key)).toBe(false);
            seen.add(key);
            asked++;
          }
        }
        expect(asked).toBe(runs);
        expect(candidates.length).toBeLessThanOrEqual(gridSize(axes));
      }),
      { seed: 43, numRuns: 80 },
    );
  });
});

describe('the order by cost', () => {
  it('never calls each of two the dearer', () => {
    const figures = fc.record({
      failed: fc.constant(0),
      durationMs: fc.integer({ min: 1, max: 100 }),
      peakPods: fc.constant(1),
      standingPods: fc.integer({ min: 1, max: 5 }),
      extraPodMs: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(figures, figures, (a, b) => {
        expect(clearlyDearer(a, b) && clearlyDearer(b, a)).toBe(false);
        expect(clearlyDearer(a, a)).toBe(false);
      }),
      { seed: 44, numRuns: 300 },
    );
    expect(frontierOf([])).toEqual([]);
  });
});
