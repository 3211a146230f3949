/**
 * The same scenario with a fraction of the requests, each of which takes as many times more CPU: pods and their CPUs
 * fare as before, and what goes wrong for one request goes wrong for as large a share of them. For a first look where
 * many requests are followed. What becomes of workers, queues and connections is a choice.
 */
import { podCapacityRps } from '../model/recording/load-share.ts';
import { appliedBy } from '../scenario/applied-objects.ts';
import type { Change, Container, KubernetesObject, PodTemplate, Scenario } from '../scenario/scenario.ts';

export interface Thinned {
  readonly scenario: Scenario;
  /** Every so many-th request is left. */
  readonly factor: number;
}

/**
 * `utilisation`: as many times fewer workers and connections, so that they run out at the same load as before. A smaller
 * pool makes more of its users wait, so it errs on the dark side, and all requests that are left have to be followed.
 * `waiting`: fewer only by the factor's square root, which keeps a wait about as unlikely (the square-root rule of
 * staffing, Halfin and Whitt 1981): what is calm stays so and need not be followed. Workers are left so many only where
 * a pod's CPU limits what it serves, not they.
 */
export type Kept = 'utilisation' | 'waiting';

const FACTOR_MAX = 8;
/** Fewer would say too little about shares. */
const RATE_RPS_MIN = 250;

/** null: too few requests, workers or connections to leave some out, or users who wait for their answers. */
export function thinned(scenario: Scenario, kept: Kept = 'utilisation'): Thinned | null {
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
  const thin = <T extends KubernetesObject>(object: T): T => withFewer(object, factor, kept);
  return {
    factor,
    scenario: {
      ...scenario,
      before: before.map(thin),
      changes: changes.map((change) => changeWith(change, thin)),
      traffic: {
        ...traffic,
        rate: traffic.rate.map(({ atMs, rateRps }) => ({ atMs, rateRps: rateRps / factor })),
        clients: {
          ...traffic.clients,
          connectionsEach: Math.round(connectionsEach / poolFactor(factor, kept)),
        },
      },
    },
  };
}

function poolFactor(factor: number, kept: Kept): number {
  return kept === 'waiting' ? Math.sqrt(factor) : factor;
}

function templateOf(object: KubernetesObject): readonly PodTemplate[] {
  return 'template' in object ? [object.template] : [];
}

function changeWith(change: Change, thin: <T extends KubernetesObject>(object: T) => T): Change {
  const { action } = change;
  if (action.kind !== 'apply') return change;
  return { ...change, action: { ...action, objects: action.objects.map(thin) } };
}

function withFewer<T extends KubernetesObject>(object: T, factor: number, kept: Kept): T {
  if (!('template' in object)) return object;
  const { template } = object;
  const containers = template.containers.map((container) => {
    const { concurrency, backlog, cpuPerRequestMs } = container.workload;
    const fewer = poolFactor(factor, isLimitedByCpu(container) ? kept : 'utilisation');
    const workload = {
      ...container.workload,
      concurrency: Math.round(concurrency / fewer),
      backlog: Math.round(backlog / fewer),
      cpuPerRequestMs: cpuPerRequestMs * factor,
    };
    return { ...container, workload };
  });
  return { ...object, template: { ...template, containers } };
}

/** Whether more workers would serve no more requests. */
function isLimitedByCpu(container: Container): boolean {
  const workload = { ...container.workload, concurrency: Number.POSITIVE_INFINITY };
  return podCapacityRps(container) === podCapacityRps({ ...container, workload });
}
