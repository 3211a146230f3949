/** Problems whose answer is known: what a configuration gives is computed, not simulated. */
import type { RunOutcome } from '../../../../src/predict/tune/candidate.ts';
import type { RunRequest, SearchProblem } from '../../../../src/predict/tune/search.ts';
import type { Axis, Point } from '../../../../src/predict/tune/space.ts';

export interface Response {
  /** Probability that a run meets the expectations. */
  readonly met: (point: Point) => number;
  readonly failed?: (point: Point) => number;
  readonly durationS?: (point: Point) => number;
  readonly peakPods?: (point: Point) => number;
  readonly extraPodS: (point: Point) => number;
  readonly refused?: (point: Point) => boolean;
}

export interface SyntheticProblem extends SearchProblem {
  readonly asked: RunRequest[];
}

export function outcome(part: Partial<RunOutcome> = {}): RunOutcome {
  return {
    met: true,
    unmet: part.met === false ? 1 : 0,
    failed: 0,
    offered: 1000,
    durationMs: 60_000,
    peakPods: 10,
    standingPods: 10,
    extraPodMs: 1000,
    ...part,
  };
}

/** The k-th run of every configuration draws the same number: a golden-ratio sequence, evenly spread in [0, 1). */
function drawOf(run: number): number {
  return ((run + 1) * 0.618_033_988_749) % 1;
}

export function syntheticProblem(axes: readonly Axis[], response: Response): SyntheticProblem {
  const asked: RunRequest[] = [];
  return {
    axes,
    asked,
    changedFields: (point) => point.filter((position) => position > 0).length,
    async evaluate(requests) {
      asked.push(...requests);
      return requests.map(({ point, from, count }) => {
        if (response.refused?.(point) === true) return null;
        return Array.from({ length: count }, (_, index) => {
          const met = drawOf(from + index) < response.met(point);
          return outcome({
            met,
            failed: response.failed?.(point) ?? (met ? 0 : 100),
            durationMs: 1000 * (response.durationS?.(point) ?? 60),
            peakPods: response.peakPods?.(point) ?? 10,
            extraPodMs: 1000 * response.extraPodS(point),
          });
        });
      });
    },
  };
}
