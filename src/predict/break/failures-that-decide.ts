/** After how many failed requests nothing that follows in a run can change the verdict on it. */
import type { Goal } from './goals.ts';

/** null: other figures than the number of failed requests have a say, and they need the whole run. */
export function failuresThatDecide(goals: readonly Goal[]): number | null {
  const limits = goals.map(({ expectation, beyond }) =>
    expectation.name === 'failedRequests' ? (beyond ?? expectation.max) : null,
  );
  if (limits.length === 0 || limits.includes(null)) return null;
  return Math.max(...limits.map(Number));
}
