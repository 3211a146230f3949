/** What a scenario is about: the Service that is called, the Deployment behind it, and the container that answers. */
import { selects } from '../model/cluster/objects.ts';
import type { Container, Deployment, KubernetesObject, Scenario, Service } from '../scenario/scenario.ts';

export interface Subject {
  readonly service: Service;
  /** As it is before the first change. */
  readonly before: Deployment | null;
  /** As the last change that applies it leaves it; the same as `before` when none does. */
  readonly deployment: Deployment;
  readonly container: Container;
  /** The container's port that the Service sends to. */
  readonly port: number;
}

/** null when no Deployment stands behind the called Service. */
export function subjectOf(scenario: Scenario): Subject | null {
  const applied = scenario.changes.flatMap(({ action }) => (action.kind === 'apply' ? action.objects : []));
  const service = [...applied.toReversed(), ...scenario.before].find(
    (object): object is Service => object.kind === 'Service' && object.name === scenario.traffic.service,
  );
  if (service === undefined) return null;
  const behind = (objects: readonly KubernetesObject[]): readonly Deployment[] =>
    objects.filter(
      (object): object is Deployment =>
        object.kind === 'Deployment' && selects(service.selector, object.template.labels),
    );
  const before = behind(scenario.before)[0] ?? null;
  const changes = behind(applied);
  const last = changes.at(-1) ?? before;
  if (last === null) return null;
  // A manifest that is silent on replicas keeps the live count (R-SUR-19).
  const counted = changes.findLast(({ replicasGiven }) => replicasGiven) ?? before ?? last;
  const deployment = last.replicasGiven ? last : { ...last, replicas: counted.replicas };
  const serving = servingContainer(deployment, service);
  return serving === null ? null : { service, before, deployment, ...serving };
}

function servingContainer(
  deployment: Deployment,
  service: Service,
): Pick<Subject, 'container' | 'port'> | null {
  const { targetPort } = service;
  for (const container of deployment.template.containers) {
    for (const { name, containerPort } of container.ports) {
      if (targetPort === name || targetPort === containerPort) return { container, port: containerPort };
    }
  }
  const [first] = deployment.template.containers;
  if (first === undefined) return null;
  const port = typeof targetPort === 'number' ? targetPort : (first.ports[0]?.containerPort ?? service.port);
  return { container: first, port };
}
