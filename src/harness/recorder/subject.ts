/** What a replay is about: the Service that is called, the Deployment behind it, and how each is known by its labels. */
import { appliedBy } from '../../scenario/applied-objects.ts';
import type { Deployment, KubernetesObject, Scenario, Service } from '../../scenario/scenario.ts';

export interface Subject {
  /** null: the scenario calls a Service that no manifest holds. */
  readonly service: Service | null;
  /** The Deployment, as first written, whose pods the Service selects. */
  readonly deployment: Deployment | null;
}

export function subjectOf(scenario: Pick<Scenario, 'before' | 'changes' | 'traffic'>): Subject {
  const objects = objectsOf(scenario);
  const service =
    objects.find((object) => object.kind === 'Service' && object.name === scenario.traffic.service) ?? null;
  if (service?.kind !== 'Service') return { service: null, deployment: null };
  const { selector } = service;
  const deployment = objects.find(
    (object) => object.kind === 'Deployment' && selects(selector, object.template.labels),
  );
  return { service, deployment: deployment?.kind === 'Deployment' ? deployment : null };
}

/** Of `before` first, then of every change. */
export function objectsOf({ before, changes }: Pick<Scenario, 'before' | 'changes'>): KubernetesObject[] {
  return [...before, ...changes.flatMap(appliedBy)];
}

/** Whether every label of the selector is there; an empty selector selects nothing. */
function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels?.[key] === value);
}
