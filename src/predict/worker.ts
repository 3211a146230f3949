/** What a worker thread does: a few runs of one scenario. */
import type { EngineChoice } from '../model/data-plane.ts';
import { simulate } from '../model/simulate.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { summarizeRun, type RunSummary } from './run-summary.ts';

export interface WorkerTask {
  readonly scenario: Scenario;
  readonly seeds: readonly number[];
  readonly engine: EngineChoice;
}

export default function work({ scenario, seeds, engine }: WorkerTask): readonly RunSummary[] {
  return seeds.map((seed) => summarizeRun(simulate(scenario, { seed, engine, detail: 'summary' })));
}
