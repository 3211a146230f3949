/**
 * The CPU time of a request, scaled as the pods' CPU requests are: as many pods as fit the scenario's nodes share a
 * smaller machine, whose processors one request may not use up. As `--set` texts, since a prediction of the replay takes
 * them too.
 */
import { appliedBy } from '../../scenario/applied-objects.ts';
import type { Container, KubernetesObject, Scenario } from '../../scenario/scenario.ts';
import { resourceScale } from '../manifests/target-cluster.ts';
import type { Machine } from '../docker/machine.ts';

const MICROSECONDS = 1000;

export function cpuSettings(
  { before, changes, cluster }: Pick<Scenario, 'before' | 'changes' | 'cluster'>,
  machine: Machine,
): readonly string[] {
  const { cpu } = resourceScale(cluster.nodes, machine);
  if (cpu >= 1) return [];
  const cpuMs = new Map<string, number>();
  for (const { workload } of [...before, ...changes.flatMap(appliedBy)].flatMap(containersOf))
    if (workload.cpuPerRequestMs > 0) cpuMs.set(workload.name, workload.cpuPerRequestMs);
  return [...cpuMs].map(
    ([name, ms]) => `spec.workload.${name}.cpuPerRequest=${Math.round(ms * cpu * MICROSECONDS)}us`,
  );
}

function containersOf(object: KubernetesObject): readonly Container[] {
  return 'template' in object ? object.template.containers : [];
}
