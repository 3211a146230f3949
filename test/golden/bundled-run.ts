/** Loads a bundled scenario, which must be free of errors, and runs it with the exact engine. */
import { loadScenario, simulate, type RunRecord, type Scenario } from '../../src/index.ts';

/** @param set settings as `--set` takes them */
export function bundled(name: string, set: readonly string[] = []): Scenario {
  const { scenario, diagnostics } = loadScenario(name, { set });
  if (scenario === null) throw new Error(`${name} does not load: ${JSON.stringify(diagnostics, null, 2)}`);
  return scenario;
}

/** One run for each seed from 1 on. */
export function runsOf(name: string, runs: number, set: readonly string[] = []): RunRecord[] {
  const scenario = bundled(name, set);
  return Array.from({ length: runs }, (_, index) => simulate(scenario, { seed: index + 1, engine: 'exact' }));
}

export function meanOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0) / items.length;
}
