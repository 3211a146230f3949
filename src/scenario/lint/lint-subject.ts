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

export function deploymentsOf({ objects }: LintSubject): readonly Deployment[] {
  return objects.filter((object) => object.kind === 'Deployment');
}
