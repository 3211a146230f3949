/** What it costs when a node dies, at the worst of several moments and on the worst of several nodes. */
import { faultYaml } from '../../scenario/fault-text.ts';
import type { FaultStart } from '../../scenario/fault.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { RunSummary } from '../run-summary.ts';
import { mean } from '../statistics.ts';
import { thinned } from '../thinned.ts';
import { nodesWithPods } from './nodes-with-pods.ts';
import { noAnswer, overRuns, type Asked, type Question } from './question.ts';
import { momentText, usualRolloutMs } from './rollout-moments.ts';
import { withFault } from './varied-scenario.ts';

const NODES_MAX = 3;
const MOMENTS = [0, 0.5, 1];
/** Runs of each node and moment by which the worst is found. */
const SCOUTS = 4;
/** When the node dies in a scenario that rolls nothing out. */
const QUIET_MS = 5000;

interface Loss {
  readonly node: string;
  readonly moment: string;
  readonly scenario: Scenario;
  /** The same, with fewer requests where that is possible. */
  readonly scout: Scenario;
}

export const nodeLoss: Question = {
  id: 'node-loss',
  title: 'What if a node dies at the worst moment?',
  words: ['node', 'loss', 'die', 'dies', 'dead', 'crash', 'lose', 'power', 'worst', 'down', 'machine', 'vm'],
  async ask(asked) {
    const without = await asked.runs(asked.scenario);
    const tried: { readonly loss: Loss; readonly failed: number }[] = [];
    for (const loss of losses(asked, without)) {
      // Every request of such a run has to be followed: a fraction of them shows as well where it is worst.
      const scouts = await asked.runs(loss.scout, SCOUTS);
      tried.push({ loss, failed: mean(scouts.map(({ totals }) => totals.failed)) });
    }
    const [worst] = tried.toSorted((a, b) => b.failed - a.failed);
    if (worst === undefined) return noAnswer('No node holds a pod.');
    const { node, moment, scenario } = worst.loss;
    const runs = await asked.runs(scenario);
    const fault = scenario.faults.at(-1);
    return {
      measures: [
        overRuns('failed requests', 'count', runs, ({ totals }) => totals.failed),
        overRuns('failed requests without it', 'count', without, ({ totals }) => totals.failed),
        overRuns('fewest ready pods', 'count', runs, ({ pods }) => pods.minReady),
        overRuns('fewer ready pods than without it for', 'ms', runs, (run) => missingMs(run, without)),
      ],
      notes: [
        `The worst of ${tried.length} nodes and moments that were tried: ${node} dies ${moment}.`,
        ...(fault === undefined ? [] : [`As a fault of the scenario: ${faultYaml(fault)}`]),
        'The other nodes send to its pods until its heartbeats are missed, 40 s to 60 s (R-NOD-2, R-NOD-3); they are replaced after about 350 s (R-NOD-7).',
      ],
    };
  },
};

function losses({ scenario }: Asked, without: readonly RunSummary[]): readonly Loss[] {
  const nodes = nodesWithPods(scenario, without, NODES_MAX);
  const usualMs = usualRolloutMs(scenario, without);
  const moments: readonly { start: FaultStart; text: string }[] =
    usualMs === null
      ? [{ start: { kind: 'at', timeMs: QUIET_MS }, text: 'while nothing is rolled out' }]
      : MOMENTS.map((share) => ({
          start: { kind: 'when', deployment: null, rollout: 0, delayMs: Math.round(share * usualMs) },
          text: momentText(share).replace('its', 'the rollout’s'),
        }));
  const fewer = thinned(scenario)?.scenario ?? scenario;
  return nodes.flatMap(({ name: node }) =>
    moments.map(({ start, text }) => {
      const action = { kind: 'node-down', node, effect: 'crash', durationMs: null } as const;
      return {
        node,
        moment: text,
        scenario: withFault(scenario, start, action),
        scout: withFault(fewer, start, action),
      };
    }),
  );
}

/** Seconds in which fewer pods are ready than ever without the loss. */
function missingMs({ seconds }: RunSummary, without: readonly RunSummary[]): number {
  const fewest = Math.min(...without.map(({ pods }) => pods.minReady));
  return 1000 * seconds.ready.filter((ready) => ready < fewest).length;
}
