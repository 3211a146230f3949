/** A scenario in one line: `black-friday · checkout-service · 20 pods · 10 000 req/s · rolling update (…)`. */
import { subjectOf } from '../predict/subject.ts';
import type { FaultAction } from '../scenario/fault.ts';
import type { Change, Deployment, Scenario, Traffic } from '../scenario/scenario.ts';
import { formatCount, plural } from './numbers.ts';

export function scenarioItems(scenario: Scenario): readonly string[] {
  const subject = subjectOf(scenario);
  const deployment = subject?.before ?? subject?.deployment ?? null;
  return [
    scenario.name,
    ...(scenario.traffic.service === scenario.name ? [] : [scenario.traffic.service]),
    ...(deployment === null ? [] : [plural(deployment.replicas, 'pod')]),
    loadText(scenario.traffic),
    ...whatHappens(scenario, subject?.deployment ?? null),
  ];
}

function loadText({ arrivals, rate, closed }: Traffic): string {
  if (arrivals === 'closed' && closed !== null) return plural(closed.users, 'user');
  const rates = rate.map(({ rateRps }) => rateRps);
  const low = Math.min(...rates);
  const high = Math.max(...rates);
  if (rates.length === 0) return 'no traffic';
  return low === high ? `${formatCount(high)} req/s` : `${formatCount(low)} – ${formatCount(high)} req/s`;
}

/** What the engineer does to the Deployment that is called, and what breaks. */
function whatHappens(scenario: Scenario, deployment: Deployment | null): readonly string[] {
  const kinds = scenario.changes.flatMap((change) => kindOf(change, deployment) ?? []);
  const changes = kinds.length === 0 ? [] : [[...new Set(kinds)].join(', then ')];
  const broken = [...new Set(scenario.faults.map(({ action }) => faultText(action)))];
  const faults =
    broken.length > FAULTS_MAX
      ? [plural(scenario.faults.length, 'fault')]
      : broken.length > 0
        ? [broken.join(', ')]
        : [];
  return changes.length + faults.length === 0 ? ['no change'] : [...changes, ...faults];
}

const FAULTS_MAX = 2;

function faultText(action: FaultAction): string {
  switch (action.kind) {
    case 'drain':
      return `drain of ${action.node}`;
    case 'node-down':
      return `${action.effect} of ${action.node}`;
    case 'dependency-outage':
      return `outage of ${action.dependency}`;
    case 'pod-kill':
    case 'pod-failure':
    case 'container-kill':
      return action.kind.replace('-', ' ');
  }
}

function kindOf({ action }: Change, deployment: Deployment | null): string | null {
  switch (action.kind) {
    case 'apply': {
      const applied = action.objects.find(
        (object): object is Deployment => object.kind === 'Deployment' && object.name === deployment?.name,
      );
      return applied === undefined ? null : strategyText(applied);
    }
    case 'scale':
      return `scale to ${plural(action.replicas, 'pod')}`;
    case 'undo':
    case 'pause':
    case 'resume':
    case 'restart':
      return action.kind;
  }
}

function strategyText({ strategy }: Deployment): string {
  if (strategy.type === 'Recreate') return 'recreate';
  return `rolling update (surge ${strategy.maxSurge}, unavailable ${strategy.maxUnavailable})`;
}
