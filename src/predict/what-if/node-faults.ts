/** What happens when a node is drained, or dies. */
import type { Fault } from '../../scenario/fault.ts';
import type { PodDisruptionBudget, Scenario } from '../../scenario/scenario.ts';
import { mean } from '../statistics.ts';
import { subjectOf } from '../subject.ts';
import { overRuns, type Asked, type Measure, type Question } from './question.ts';

/** Nodes that are looked at: those with the most pods. */
const NODES_MAX = 5;
/** When the drain begins: everything has settled. */
const DRAIN_AT_MS = 5000;

async function busiestNodes({ scenario, runs }: Asked): Promise<readonly string[]> {
  const pods = new Map<string, number>();
  for (const run of await runs(scenario)) {
    for (const [node, peak] of Object.entries(run.pods.peakByNode))
      pods.set(node, (pods.get(node) ?? 0) + peak);
  }
  return [...pods.entries()]
    .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, NODES_MAX)
    .map(([node]) => node);
}

function withFault(scenario: Scenario, start: Fault['start'], action: Fault['action']): Scenario {
  const location = { file: scenario.source.file, line: 1, column: 1 };
  return { ...scenario, faults: [...scenario.faults, { start, action, location }] };
}

function budgets({ before }: Scenario): readonly string[] {
  return before
    .filter((object): object is PodDisruptionBudget => object.kind === 'PodDisruptionBudget')
    .map(({ name }) => name);
}

export const drainTime: Question = {
  id: 'drain-time',
  title: 'How long does the drain of a node take, and does it ever end?',
  words: ['drain', 'node', 'evict', 'pdb', 'disruption', 'maintenance', 'cordon', 'budget'],
  async ask(asked) {
    const quiet = { ...asked.scenario, changes: [] };
    const measures: Measure[] = [];
    const stuck: string[] = [];
    let refused = 0;
    for (const node of await busiestNodes(asked)) {
      const drained = withFault(
        quiet,
        { kind: 'at', timeMs: DRAIN_AT_MS },
        { kind: 'drain', node, gracePeriodSeconds: null, timeoutMs: null, uncordonAfterMs: null },
      );
      const runs = await asked.runs(drained);
      const ended = runs.map((run) => run.drains.find((drain) => drain.node === node)?.completeMs ?? null);
      if (ended.some((ms) => ms === null)) stuck.push(node);
      refused += runs.reduce(
        (sum, run) => sum + run.drains.reduce((all, drain) => all + drain.refused, 0),
        0,
      );
      measures.push(
        { name: `${node} is empty after`, unit: 'ms', values: ended },
        overRuns(`requests failed by the drain of ${node}`, 'count', runs, ({ totals }) => totals.failed),
      );
    }
    const names = budgets(asked.scenario);
    return {
      measures,
      notes: [
        ...(stuck.length > 0 ? [`The drain of ${stuck.join(', ')} does not end while the run lasts.`] : []),
        names.length === 0
          ? 'No PodDisruptionBudget holds the drain back (R-PDB-1).'
          : `${names.join(', ')} refused ${Math.round(refused / asked.seeds.length)} evictions a run; each is tried again after 5 s (R-DRN-2).`,
      ],
    };
  },
};

/** Shares of the rollout at which the node dies. */
const MOMENTS = [0, 0.5, 1];

export const nodeLoss: Question = {
  id: 'node-loss',
  title: 'What if a node dies at the worst moment?',
  words: ['node', 'loss', 'die', 'dies', 'crash', 'lose', 'dead', 'power', 'worst'],
  async ask(asked) {
    if (subjectOf(asked.scenario) === null)
      return { measures: [], notes: ['No Deployment stands behind the called Service.'] };
    const [node] = await busiestNodes(asked);
    if (node === undefined) return { measures: [], notes: ['No node holds a pod.'] };
    const without = await asked.runs(asked.scenario);
    const tried: { readonly moment: number; readonly failed: Measure; readonly meanFailed: number }[] = [];
    for (const moment of MOMENTS) {
      const lost = withFault(
        asked.scenario,
        { kind: 'when', deployment: null, rollout: moment, delayMs: 0 },
        { kind: 'node-down', node, effect: 'crash', durationMs: null },
      );
      const failed = overRuns(
        `${node} dies at ${Math.round(100 * moment)} % of the rollout: failed requests`,
        'count',
        await asked.runs(lost),
        ({ totals }) => totals.failed,
      );
      tried.push({ moment, failed, meanFailed: mean(failed.values.map((value) => value ?? 0)) });
    }
    const worstFirst = tried.toSorted((a, b) => b.meanFailed - a.meanFailed);
    return {
      measures: [
        ...worstFirst.map(({ failed }) => failed),
        overRuns('failed requests without it', 'count', without, ({ totals }) => totals.failed),
      ],
      notes: [
        'The worst moment comes first. Pods of a dead node are replaced after 350 s at the latest (R-NOD-7).',
      ],
    };
  },
};
