/** Runs whole scenarios, taken from Kubernetes' integration and end-to-end tests, on the controllers together. */
import { ScenarioBench, type ScenarioDeployment } from '../scenario-bench.ts';
import { readStep } from '../scenario-words.ts';

function scenario(row: {
  readonly deployment: ScenarioDeployment;
  readonly steps: readonly string[];
}): unknown {
  const steps = row.steps.map(readStep);
  const bench = new ScenarioBench(row.deployment);
  return { checks: steps.map((orders) => bench.step(orders)) };
}

export const bindings: Record<string, (input: any) => unknown> = { scenario };
