/** What helps against faults: callers that try again, probes that ask only what a restart or a withdrawal can mend, budgets. */
import { selects } from '../model/cluster/objects.ts';
import type { PodDisruptionBudget, Scenario } from '../scenario/scenario.ts';
import { containerPath } from './container-path.ts';
import type { Subject } from './subject.ts';

interface FaultAdvice {
  readonly title: string;
  readonly set: Readonly<Record<string, unknown>>;
}

type Adviser = (scenario: Scenario, subject: Subject) => FaultAdvice | null;

const RETRIES_WANTED = 2;
/** A connection inside a cluster is there in a millisecond, or never. */
const CONNECT_TIMEOUT_MS = 250;

/** A connection that nobody answers is given up soon, and another pod asked. */
const tryElsewhere: Adviser = ({ traffic: { clients } }) => ({
  title: 'let callers give up a dead connection and try another pod',
  set: {
    'spec.traffic.clients.retries.max': Math.max(RETRIES_WANTED, clients.retries.max),
    'spec.traffic.clients.connectTimeout': `${Math.min(CONNECT_TIMEOUT_MS, clients.connectTimeoutMs)}ms`,
  },
});

const tryAgain: Adviser = ({ traffic: { clients } }): FaultAdvice | null =>
  clients.retries.max >= RETRIES_WANTED
    ? null
    : {
        title: 'let callers try again when a connection breaks',
        set: { 'spec.traffic.clients.retries.max': RETRIES_WANTED },
      };

const probeThePortOnly =
  (probe: 'readinessProbe' | 'livenessProbe', title: string): Adviser =>
  (_scenario, { deployment, container, port }) => {
    const given = container[probe];
    if (given === null || given.handler === 'tcp') return null;
    return {
      title,
      set: {
        [containerPath(deployment.name, container.name, probe)]: {
          tcpSocket: { port },
          periodSeconds: given.periodSeconds,
          failureThreshold: given.failureThreshold,
        },
      },
    };
  };

export const FAULT_ADVISERS: Readonly<Record<string, Adviser>> = {
  'R-NOD-3': tryElsewhere,
  'R-NOD-9': tryElsewhere,
  'R-NOD-10': tryElsewhere,
  'R-POD-23': tryAgain,
  'R-CHX-6': tryAgain,
  'R-CHX-7': tryAgain,
  'R-APP-6': probeThePortOnly('readinessProbe', 'keep readiness from asking what all pods share'),
  'R-APP-8': probeThePortOnly('livenessProbe', 'keep liveness from asking what a restart cannot mend'),
  'R-DRN-1': (scenario, { deployment }) => {
    const budget = budgetOf(scenario, deployment.template.labels);
    if (budget === null || budget.maxUnavailable === 1) return null;
    const path = `poddisruptionbudget/${budget.name}.spec`;
    return {
      title: 'let the budget give up one pod at a time',
      set: {
        [`${path}.maxUnavailable`]: 1,
        ...(budget.minAvailable !== null && { [`${path}.minAvailable`]: null }),
      },
    };
  },
};

function budgetOf(
  { before, changes }: Scenario,
  labels: Readonly<Record<string, string>>,
): PodDisruptionBudget | null {
  const applied = changes.flatMap(({ action }) => (action.kind === 'apply' ? action.objects : []));
  return (
    [...applied.toReversed(), ...before].find(
      (object): object is PodDisruptionBudget =>
        object.kind === 'PodDisruptionBudget' && selects(object.selector, labels),
    ) ?? null
  );
}
