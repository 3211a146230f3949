/** What runs in the scenario's containers: as it stands before anything changes, and as the changes leave it. */
import { appliedBy } from '../../scenario/applied-objects.ts';
import type { Container, KubernetesObject, Scenario } from '../../scenario/scenario.ts';

/** One of each name: containers of one name share a workload. */
export function workloadsOf({
  before,
  changes,
}: Pick<Scenario, 'before' | 'changes'>): readonly Container['workload'][] {
  const named = new Map<string, Container['workload']>();
  for (const { workload } of [...before, ...changes.flatMap(appliedBy)].flatMap(containersOf))
    named.set(workload.name, workload);
  return [...named.values()];
}

function containersOf(object: KubernetesObject): readonly Container[] {
  return 'template' in object ? object.template.containers : [];
}
