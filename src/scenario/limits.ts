/**
 * Bounds on the size of a run, which a scenario can raise on purpose.
 */
import { appliedBy } from './applied-objects.ts';
import type { DiagnosticList } from './diagnostic-list.ts';
import { formatDuration } from './duration.ts';
import { resolveIntOrPercent } from './int-or-percent.ts';
import type { Deployment, KubernetesObject, Scenario } from './scenario.ts';
import { locateField } from './source-map.ts';
import { requestsAtMost } from './traffic.ts';

type Sized = Pick<Scenario, 'before' | 'changes' | 'limits' | 'traffic' | 'source' | 'cluster'>;

export function reportLimits(scenario: Sized, diagnostics: DiagnosticList): void {
  reportPods(scenario, diagnostics);
  reportLateChanges(scenario, diagnostics);
  const { limits, traffic, source } = scenario;
  const requests = requestsAtMost(traffic, limits.durationMs);
  if (requests > limits.requestsMax) {
    diagnostics.add('E702', locateField(source, 'spec.traffic.rate'), {
      message: `Within ${formatDuration(limits.durationMs)} there would be up to ${Math.round(requests)} requests.`,
      path: 'spec.traffic.rate',
      value: Math.round(requests),
      expected: `at most ${limits.requestsMax}`,
      hint: 'Lower spec.limits.duration, or raise spec.limits.requests on purpose.',
    });
  }
}

/** Whatever waits for such a change is never made either; the first one explains it. */
function reportLateChanges({ changes, limits, source }: Sized, diagnostics: DiagnosticList): void {
  for (const [index, { start }] of changes.entries()) {
    if (start.kind !== 'at' || start.timeMs < limits.durationMs) continue;
    const path = `spec.changes[${index}].at`;
    diagnostics.add('W209', locateField(source, path), {
      message: `The run ends after ${formatDuration(limits.durationMs)}: this change is never made.`,
      path,
      value: formatDuration(start.timeMs),
      hint: 'Raise spec.limits.duration.',
    });
  }
}

/** Σ over Deployments and Jobs of the pods that each can want at once, at its largest. */
function reportPods({ before, changes, limits, source }: Sized, diagnostics: DiagnosticList): void {
  const largest = new Map<string, { pods: number; object: KubernetesObject }>();
  const note = (object: KubernetesObject, pods: number): void => {
    const key = `${object.kind}/${object.namespace}/${object.name}`;
    if (pods > (largest.get(key)?.pods ?? -1)) largest.set(key, { pods, object });
  };
  const objects = [...before, ...changes.flatMap(appliedBy)];
  for (const object of objects) {
    if (object.kind === 'Deployment') note(object, podsOf(object));
    if (object.kind === 'Job') note(object, object.parallelism);
  }
  let total = [...largest.values()].reduce((sum, { pods }) => sum + pods, 0);
  let location = locateField(source, 'spec.before');
  const worst = [...largest.values()].sort((a, b) => b.pods - a.pods)[0];
  if (worst !== undefined)
    location = locateField(worst.object, worst.object.kind === 'Job' ? 'spec.parallelism' : 'spec.replicas');
  for (const change of changes) {
    if (change.action.kind !== 'scale' || change.action.replicas <= total) continue;
    total = change.action.replicas;
    ({ location } = change);
  }
  if (total <= limits.podsMax) return;
  diagnostics.add('E701', location, {
    message: `The scenario wants up to ${total} pods at once.`,
    value: total,
    expected: `at most ${limits.podsMax}`,
    hint: 'Raise spec.limits.pods on purpose if that is meant.',
  });
}

function podsOf({ replicas, strategy }: Deployment): number {
  return (
    replicas + (strategy.type === 'Recreate' ? 0 : resolveIntOrPercent(strategy.maxSurge, replicas, 'up'))
  );
}
