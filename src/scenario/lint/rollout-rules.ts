/**
 * Lint rules of Deployments and of what stands around them: Services, budgets, autoscalers.
 */
import type { DiagnosticList } from '../diagnostic-list.ts';
import { resolveIntOrPercent } from '../int-or-percent.ts';
import { matches } from '../references.ts';
import type { Deployment, PodDisruptionBudget } from '../scenario.ts';
import { locateField } from '../source-map.ts';
import { deploymentsOf, isServed, replicasOf, type LintSubject } from './lint-subject.ts';

const ROLLING = 'spec.strategy.rollingUpdate';

export function lintDeployment(
  deployment: Deployment,
  subject: LintSubject,
  diagnostics: DiagnosticList,
): void {
  const { strategy } = deployment;
  const replicas = replicasOf(deployment, subject);
  const served = isServed(deployment, subject);
  if (strategy.type === 'Recreate') {
    if (!served) return;
    diagnostics.add('W414', locateField(deployment, 'spec.strategy.type'), {
      message: 'Every old pod stops before the first new one starts.',
      path: 'spec.strategy.type',
      value: 'Recreate',
      hint: 'Use RollingUpdate where two versions can run side by side.',
    });
    return;
  }
  const unavailable = unavailableAtMost(deployment, replicas);
  const given = (field: string): boolean => Object.hasOwn(deployment.lines, `${ROLLING}.${field}`);
  if (given('maxSurge') && !given('maxUnavailable') && unavailable > 0) {
    diagnostics.add('W406', locateField(deployment, `${ROLLING}.maxSurge`), {
      message: `maxUnavailable stays at 25%: ${unavailable} of ${replicas} pods are deleted before a new one exists.`,
      path: `${ROLLING}.maxUnavailable`,
      expected: 'maxUnavailable: 0, to keep the full count',
    });
  }
  if (served && replicas === 1) {
    diagnostics.add('W413', locateField(deployment, 'spec.replicas'), {
      message:
        unavailable > 0
          ? 'The only pod is deleted before its successor exists.'
          : 'One pod serves everything: whatever ends it ends the service.',
      path: 'spec.replicas',
      value: 1,
    });
  }
}

/** R-DEP-2. */
function unavailableAtMost({ strategy }: Deployment, replicas: number): number {
  if (strategy.type === 'Recreate') return replicas;
  const surge = resolveIntOrPercent(strategy.maxSurge, replicas, 'up');
  const unavailable = Math.min(resolveIntOrPercent(strategy.maxUnavailable, replicas, 'down'), replicas);
  return surge === 0 && unavailable === 0 ? Math.min(1, replicas) : unavailable;
}

export function lintServices({ objects }: LintSubject, diagnostics: DiagnosticList): void {
  for (const object of objects) {
    if (object.kind !== 'Service' || object.sessionAffinitySeconds === null) continue;
    diagnostics.add('W408', locateField(object, 'spec.sessionAffinity'), {
      message: `Each client address keeps its pod for ${object.sessionAffinitySeconds} s after its last connection; new pods get only addresses not seen before.`,
      path: 'spec.sessionAffinity',
      value: 'ClientIP',
    });
  }
}

export function lintBudgets(subject: LintSubject, diagnostics: DiagnosticList): void {
  for (const budget of subject.objects) {
    if (budget.kind !== 'PodDisruptionBudget') continue;
    for (const deployment of deploymentsOf(subject)) {
      if (deployment.namespace !== budget.namespace) continue;
      if (matches(budget.selector, deployment.template.labels))
        lintBudget(budget, deployment, replicasOf(deployment, subject), diagnostics);
    }
  }
}

function lintBudget(
  budget: PodDisruptionBudget,
  deployment: Deployment,
  replicas: number,
  diagnostics: DiagnosticList,
): void {
  const { minAvailable, maxUnavailable } = budget;
  // R-PDB-2: a budget rounds both shares up, unlike a Deployment.
  const wanted =
    minAvailable === null
      ? replicas - resolveIntOrPercent(maxUnavailable ?? replicas, replicas, 'up')
      : resolveIntOrPercent(minAvailable, replicas, 'up');
  const path = minAvailable === null ? 'spec.maxUnavailable' : 'spec.minAvailable';
  if (replicas > 0 && wanted >= replicas) {
    diagnostics.add('W407', locateField(budget, path), {
      message: `It keeps all ${replicas} pods of ${deployment.name}: no drain of a node can end.`,
      path,
      value: minAvailable ?? maxUnavailable ?? undefined,
      expected: `fewer than ${replicas} pods to keep`,
    });
  }
  const during = replicas - unavailableAtMost(deployment, replicas);
  if (during < wanted) {
    diagnostics.add('W416', locateField(budget, path), {
      message: `A rollout of ${deployment.name} may go down to ${during} pods although the budget keeps ${wanted}.`,
      path,
      hint: 'Set maxUnavailable of the Deployment; the budget acts on evictions only.',
    });
  }
}

export function lintAutoscalers(subject: LintSubject, diagnostics: DiagnosticList): void {
  for (const autoscaler of subject.objects) {
    if (autoscaler.kind !== 'HorizontalPodAutoscaler') continue;
    for (const deployment of deploymentsOf(subject)) {
      if (deployment.namespace !== autoscaler.namespace || deployment.name !== autoscaler.target) continue;
      if (!deployment.replicasGiven) continue;
      const { replicas } = deployment;
      const location = locateField(deployment, 'spec.replicas');
      diagnostics.add('W405', location, {
        message: `Applying this sets ${replicas} pods at once, however many the autoscaler had asked for.`,
        path: 'spec.replicas',
        value: replicas,
        hint: 'Leave replicas out of manifests that an autoscaler governs.',
      });
      const { minReplicas, maxReplicas } = autoscaler;
      if (replicas >= minReplicas && replicas <= maxReplicas) continue;
      diagnostics.add('W417', location, {
        message: `The autoscaler keeps between ${minReplicas} and ${maxReplicas} pods.`,
        path: 'spec.replicas',
        value: replicas,
        expected: `${minReplicas} to ${maxReplicas}`,
      });
    }
  }
}
