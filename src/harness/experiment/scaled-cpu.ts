/**
 * The CPU time of a request, scaled as the pods' CPU requests are: as many pods as fit the scenario's nodes share a
 * smaller machine, whose processors one request may not use up. As `--set` texts, since a prediction of the replay takes
 * them too.
 */
import type { Scenario } from '../../scenario/scenario.ts';
import { resourceScale } from '../manifests/target-cluster.ts';
import type { Machine } from '../docker/machine.ts';
import { workloadsOf } from './workloads-of.ts';

const MICROSECONDS = 1000;

export function cpuSettings(
  scenario: Pick<Scenario, 'before' | 'changes' | 'cluster'>,
  machine: Machine,
): readonly string[] {
  const { cpu } = resourceScale(scenario.cluster.nodes, machine);
  if (cpu >= 1) return [];
  return workloadsOf(scenario)
    .filter(({ cpuPerRequestMs }) => cpuPerRequestMs > 0)
    .map(
      ({ name, cpuPerRequestMs }) =>
        `spec.workload.${name}.cpuPerRequest=${Math.round(cpuPerRequestMs * cpu * MICROSECONDS)}us`,
    );
}
