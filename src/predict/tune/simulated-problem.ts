/** The search's problem over real runs: configurations are loaded, run with the same seeds, and their runs kept. */
import type { Expectation, Scenario } from '../../scenario/scenario.ts';
import type { RunSummary } from '../run-summary.ts';
import type { Runner } from '../runner.ts';
import { runSeed } from '../run-seed.ts';
import type { RunOutcome } from './candidate.ts';
import type { Configuration, Configurer } from './configure.ts';
import type { Field } from './field.ts';
import { expectationsOf, runOutcome, standingPods } from './run-outcome.ts';
import type { RunRequest, SearchProblem } from './search.ts';
import { pointKey, type Axis, type Point } from './space.ts';

export interface ProblemParts {
  readonly scenario: Scenario;
  readonly fields: readonly Field[];
  readonly configurer: Configurer;
  readonly runner: Runner;
  readonly seed: number;
  readonly onRun: () => void;
}

export class SimulatedProblem implements SearchProblem {
  readonly axes: readonly Axis[];
  readonly #parts: ProblemParts;
  readonly #expectations: readonly Expectation[];
  readonly #configurations = new Map<string, Configuration>();
  readonly #runs = new Map<string, RunSummary[]>();

  constructor(parts: ProblemParts) {
    this.#parts = parts;
    this.axes = parts.fields.map(({ levels, ordered }) => ({ size: levels.length, ordered }));
    this.#expectations = expectationsOf(parts.scenario);
  }

  changedFields(point: Point): number {
    return this.#parts.configurer.changedFields(point);
  }

  configurationAt(point: Point): Configuration {
    const key = pointKey(point);
    let configuration = this.#configurations.get(key);
    if (configuration === undefined) {
      configuration = this.#parts.configurer.configure(point);
      this.#configurations.set(key, configuration);
    }
    return configuration;
  }

  /** The runs of a point so far, in the order of the seeds. */
  runsAt(point: Point): readonly RunSummary[] {
    return this.#runs.get(pointKey(point)) ?? [];
  }

  async evaluate(requests: readonly RunRequest[]): Promise<readonly (readonly RunOutcome[] | null)[]> {
    return Promise.all(requests.map(async (request) => this.#run(request)));
  }

  async #run({ point, from, count }: RunRequest): Promise<readonly RunOutcome[] | null> {
    const { scenario } = this.configurationAt(point);
    if (scenario === null) return null;
    const { runner, seed, onRun } = this.#parts;
    const seeds = Array.from({ length: count }, (_, index) => runSeed(seed, from + index));
    const runs = await runner.run(scenario, seeds, onRun);
    const key = pointKey(point);
    this.#runs.set(key, [...(this.#runs.get(key) ?? []), ...runs]);
    const standing = standingPods(scenario);
    return runs.map((run) => runOutcome(run, this.#expectations, standing));
  }
}
