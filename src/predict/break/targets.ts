/** What there is to break in a scenario. */
import type { DurationMs } from '../../kernel/time.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { subjectOf } from '../subject.ts';

export interface BreakTargets {
  readonly nodes: readonly string[];
  /** Pods behind the called Service; 0 when no Deployment stands behind it. */
  readonly replicas: number;
  /** Grace period of those pods. */
  readonly graceSeconds: number;
  /** Of those pods. */
  readonly containers: readonly string[];
  readonly dependencies: readonly string[];
  /** Whether a fault can wait for a point of a rollout. */
  readonly rollsOut: boolean;
  /** Until when something happens. */
  readonly endMs: DurationMs;
}

/** @param rollsOut whether the runs without faults roll anything out, and until when they last */
export function breakTargets(
  scenario: Scenario,
  { rollsOut, endMs }: Pick<BreakTargets, 'rollsOut' | 'endMs'>,
): BreakTargets {
  const subject = subjectOf(scenario);
  const containers = subject?.deployment.template.containers ?? [];
  const dependencies = new Set(containers.flatMap(({ workload }) => workload.dependencies));
  return {
    nodes: scenario.cluster.nodes.map(({ name }) => name),
    replicas: subject === null ? 0 : Math.max(subject.deployment.replicas, subject.before?.replicas ?? 0),
    graceSeconds: subject?.deployment.template.terminationGracePeriodSeconds ?? 30,
    containers: containers.map(({ name }) => name),
    dependencies: [...dependencies],
    rollsOut,
    endMs,
  };
}
