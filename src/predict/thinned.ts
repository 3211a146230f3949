/**
 * The same scenario with a fraction of the requests, and of everything that they share: workers, queues, connections,
 * CPU. Utilisation stays what it is, and what goes wrong for one request goes wrong for as large a share of them; fewer
 * workers in a pool make it wait more, so it errs on the dark side. For a first look where every request is followed.
 */
import { appliedBy } from '../scenario/applied-objects.ts';
import type { Change, KubernetesObject, PodTemplate, Scenario } from '../scenario/scenario.ts';

export interface Thinned {
  readonly scenario: Scenario;
  /** Every so many-th request is left. */
  readonly factor: number;
}

const FACTOR_MAX = 8;
/** Fewer would say too little about shares. */
const RATE_RPS_MIN = 250;

/** null: too few requests, workers or connections to leave some out, or users who wait for their answers. */
export function thinned(scenario: Scenario): Thinned | null {
  const { traffic, before, changes } = scenario;
  if (traffic.closed !== null) return null;
  const templates = [...before, ...changes.flatMap(appliedBy)].flatMap(templateOf);
  const workers = templates.flatMap(({ containers }) =>
    containers.map(({ workload }) => workload.concurrency),
  );
  const peakRps = Math.max(...traffic.rate.map(({ rateRps }) => rateRps));
  const { connectionsEach } = traffic.clients;
  const factor = Math.floor(Math.min(FACTOR_MAX, peakRps / RATE_RPS_MIN, connectionsEach, ...workers));
  if (factor < 2) return null;
  return {
    factor,
    scenario: {
      ...scenario,
      before: before.map((object) => withFewer(object, factor)),
      changes: changes.map((change) => changeWithFewer(change, factor)),
      traffic: {
        ...traffic,
        rate: traffic.rate.map(({ atMs, rateRps }) => ({ atMs, rateRps: rateRps / factor })),
        clients: { ...traffic.clients, connectionsEach: Math.round(connectionsEach / factor) },
      },
    },
  };
}

function templateOf(object: KubernetesObject): readonly PodTemplate[] {
  return 'template' in object ? [object.template] : [];
}

function changeWithFewer(change: Change, factor: number): Change {
  const { action } = change;
  if (action.kind !== 'apply') return change;
  return {
    ...change,
    action: { ...action, objects: action.objects.map((object) => withFewer(object, factor)) },
  };
}

function withFewer<T extends KubernetesObject>(object: T, factor: number): T {
  if (!('template' in object)) return object;
  const { template } = object;
  const containers = template.containers.map((container) => {
    const { concurrency, backlog, cpuPerRequestMs } = container.workload;
    const workload = {
      ...container.workload,
      concurrency: Math.round(concurrency / factor),
      backlog: Math.round(backlog / factor),
      cpuPerRequestMs: cpuPerRequestMs * factor,
    };
    return { ...container, workload };
  });
  return { ...object, template: { ...template, containers } };
}
