/**
 * What the lint rules look at.
 */
import type { Deployment, KubernetesObject } from '../scenario.ts';
import { matches } from '../references.ts';

export interface LintSubject {
  readonly objects: readonly KubernetesObject[];
  /** Whether `workload` says what the containers' code does. */
  readonly codeIsKnown: boolean;
}

export function isServed(deployment: Deployment, { objects }: LintSubject): boolean {
  return objects.some(
    (object) =>
      object.kind === 'Service' &&
      object.namespace === deployment.namespace &&
      matches(object.selector, deployment.template.labels),
  );
}

/** The replica count that a Deployment will have: its own, or the live one when its manifest is silent. */
export function replicasOf(deployment: Deployment, subject: LintSubject): number {
  if (deployment.replicasGiven) return deployment.replicas;
  const same = deploymentsOf(subject).find(
    ({ name, namespace, replicasGiven }) =>
      replicasGiven && name === deployment.name && namespace === deployment.namespace,
  );
  if (same !== undefined) return same.replicas;
  const autoscaler = subject.objects.find(
    (object) =>
      object.kind === 'HorizontalPodAutoscaler' &&
      object.target === deployment.name &&
      object.namespace === deployment.namespace,
  );
  return autoscaler?.kind === 'HorizontalPodAutoscaler' ? autoscaler.minReplicas : deployment.replicas;
}

export function deploymentsOf({ objects }: LintSubject): readonly Deployment[] {
  return objects.filter((object) => object.kind === 'Deployment');
}
