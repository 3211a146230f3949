/** What carries out the runs of a prediction: this thread, or several. The results do not depend on which. */
import type { Scenario } from '../scenario/scenario.ts';
import type { RunSummary } from './run-summary.ts';

export interface Runner {
  /**
   * One run for each seed, in the order of the seeds.
   * @param onRun called as each run ends, in any order
   */
  run(scenario: Scenario, seeds: readonly number[], onRun: () => void): Promise<readonly RunSummary[]>;
  /** Stops what still runs. */
  close(): Promise<void>;
}
