/** How long the drain of each node takes, and what holds it back. */
import type { PodDisruptionBudget, Scenario } from '../../scenario/scenario.ts';
import { formatDuration } from '../../scenario/duration.ts';
import { locateField } from '../../scenario/source-map.ts';
import type { DrainOutcome, RunSummary } from '../run-summary.ts';
import { mean } from '../statistics.ts';
import { leftOut, nodesWithPods } from './nodes-with-pods.ts';
import { noAnswer, overRuns, type Measure, type Question } from './question.ts';
import { variedScenario, withFault } from './varied-scenario.ts';

const NODES_MAX = 5;
/** When the drain begins: everything has settled. */
const DRAIN_AT_MS = 5000;

/** One node's drain in one run. */
interface Drained {
  readonly run: RunSummary;
  readonly drain: DrainOutcome;
}

export const drainTime: Question = {
  id: 'drain-time',
  title: 'How long does the drain of a node take, and does it ever end?',
  words: [
    'drain',
    'evict',
    'pdb',
    'disruption',
    'maintenance',
    'cordon',
    'node',
    'budget',
    'empty',
    'upgrade',
  ],
  async ask({ scenario, runs: runsOf }) {
    const quiet = variedScenario(scenario, { changes: [], faults: [] });
    const nodes = nodesWithPods(scenario, await runsOf(quiet), NODES_MAX);
    if (nodes.length === 0) return noAnswer('No node holds a pod.');
    const measures: Measure[] = [];
    const all: Drained[] = [];
    for (const { name: node } of nodes) {
      const runs = await runsOf(
        withFault(
          quiet,
          { kind: 'at', timeMs: DRAIN_AT_MS },
          { kind: 'drain', node, gracePeriodSeconds: null, timeoutMs: null, uncordonAfterMs: null },
        ),
      );
      const of = (run: RunSummary): DrainOutcome | undefined => run.drains.find((one) => one.node === node);
      all.push(
        ...runs.flatMap((run) => {
          const drain = of(run);
          return drain === undefined ? [] : [{ run, drain }];
        }),
      );
      measures.push(
        overRuns(`${node} is empty after`, 'ms', runs, (run) => of(run)?.completeMs ?? null),
        overRuns(`failed requests while ${node} is drained`, 'count', runs, (run) =>
          failedWhile(run, of(run)),
        ),
      );
    }
    return { measures, notes: [...leftOut(scenario, nodes), ...notes(scenario, all)] };
  },
};

/** Requests that ended as failures in the seconds of the drain. */
function failedWhile({ seconds, startMs }: RunSummary, drain: DrainOutcome | undefined): number {
  const from = Math.floor((DRAIN_AT_MS - startMs) / 1000);
  const length = drain?.completeMs ?? null;
  const to = length === null ? undefined : from + Math.ceil(length / 1000);
  return seconds.failed.slice(from, to).reduce((sum, failed) => sum + failed, 0);
}

function notes(scenario: Scenario, drained: readonly Drained[]): readonly string[] {
  const endless = [...new Set(drained.flatMap(({ drain }) => (drain.completeMs === null ? drain.node : [])))];
  const within = formatDuration(scenario.limits.durationMs);
  const never =
    endless.length === 0 ? [] : [`The drain of ${endless.join(', ')} does not end within ${within}.`];
  const names = new Set(drained.flatMap(({ drain }) => drain.budgets));
  const blocking = budgetsOf(scenario).filter(({ name }) => names.has(name));
  const refused = mean(drained.map(({ drain }) => drain.refused));
  const anyway = mean(
    drained.map(({ run }) => run.seconds.failed.slice(0, 5).reduce((a, b) => a + b, 0) / 5),
  );
  return [
    ...never,
    ...blocking.map((budget) => {
      const verb = endless.length > 0 ? 'forbids' : 'delays';
      return `${budgetText(budget)} ${verb} it: on average ${Number(refused.toPrecision(2))} evictions of a drain are refused, and tried again every 5 s (R-DRN-1, R-PDB-3).`;
    }),
    ...(blocking.length === 0 && endless.length === 0
      ? [
          budgetsOf(scenario).length === 0
            ? 'There is no PodDisruptionBudget: every pod of the node goes at once (R-DRN-1).'
            : 'No PodDisruptionBudget holds it back (R-PDB-3).',
        ]
      : []),
    ...(anyway > 0
      ? [`${Number(anyway.toPrecision(2))} requests a second fail already before the drain begins.`]
      : []),
  ];
}

function budgetsOf({ before }: Scenario): readonly PodDisruptionBudget[] {
  return before.filter((object): object is PodDisruptionBudget => object.kind === 'PodDisruptionBudget');
}

/** `PodDisruptionBudget web (minAvailable 6, manifests/budget.yaml:6)`. */
function budgetText(budget: PodDisruptionBudget): string {
  const field = budget.minAvailable === null ? 'maxUnavailable' : 'minAvailable';
  const { file, line } = locateField(budget, `spec.${field}`);
  return `PodDisruptionBudget ${budget.name} (${field} ${budget[field] ?? 'not given'}, ${file}:${line})`;
}
