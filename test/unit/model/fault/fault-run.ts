/** Runs a small scenario with faults, every latency constant, and reads its timeline. */
import { simulate } from '../../../../src/model/simulate.ts';
import type { RunRecord, TimelineEvent, TimelineEventKind } from '../../../../src/record.ts';
import { constantLatencies, smallScenario, type Fields, type SmallScenario } from '../small-scenario.ts';

export const PROBED: Fields = { readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 } };

/** Six pods on three nodes, probed each second, booting for two; no rollout. */
export function runWith(faults: readonly Fields[], small: SmallScenario = {}, seed = 1): RunRecord {
  const scenario = smallScenario({
    nodes: 3,
    replicas: 6,
    profile: constantLatencies(),
    changes: [],
    container: PROBED,
    workload: { boot: '2s' },
    faults,
    ...small,
  });
  return simulate(scenario, { seed, engine: 'exact' });
}

export function eventsOf(
  record: RunRecord,
  ...kinds: readonly TimelineEventKind[]
): readonly TimelineEvent[] {
  return record.timeline.filter(({ kind, timeMs }) => timeMs >= 0 && kinds.includes(kind));
}

/** Time of the first such event of an object, from time 0. */
export function firstMs(record: RunRecord, kind: TimelineEventKind, object?: string): number {
  const event = eventsOf(record, kind).find((each) => object === undefined || each.object === object);
  if (event === undefined) throw new Error(`there is no ${kind} of ${object ?? 'anything'}`);
  return event.timeMs;
}

export function budget(spec: Fields): Record<string, unknown> {
  return {
    'manifests/budget.yaml': {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web' },
      spec: { ...spec, selector: { matchLabels: { app: 'web' } } },
    },
  };
}
