/**
 * The sentences in which scenario rows say what is done to a Deployment, as orders. A step is a list of clauses;
 * a clause that nobody knows makes the row not covered.
 */
import { NotCoveredError } from './run-vectors.ts';

export type Order =
  | { readonly do: 'create'; readonly paused: boolean }
  | { readonly do: 'orphan'; readonly replicas: number }
  | { readonly do: 'template'; readonly name: string | null }
  | { readonly do: 'replicas'; readonly count: number; readonly by: 'apply' | 'scale' }
  | { readonly do: 'minReadySeconds'; readonly seconds: number }
  | { readonly do: 'undo'; readonly revision: number | null; readonly dryRun: boolean }
  | { readonly do: 'pause' | 'resume' | 'restart' | 'complete' | 'makeReady' | 'syncOnce' }
  | { readonly do: 'status'; readonly revision: number }
  /** Whether pods that start from now on become ready. */
  | { readonly do: 'readiness'; readonly ready: boolean }
  | { readonly do: 'gate'; readonly on: boolean }
  | { readonly do: 'wait'; readonly seconds: number };

type Reading = readonly [pattern: RegExp, order: (...groups: string[]) => Order];

const READINGS: readonly Reading[] = [
  [
    /^create(?: (?:the )?deployment)?( paused)?$/u,
    (paused) => ({ do: 'create', paused: paused !== undefined }),
  ],
  [
    /^one ready RS of size (\d+) matches the selector with another template$/u,
    (count) => ({ do: 'orphan', replicas: Number(count) }),
  ],
  [
    /^(?:change|update|new) (?:the )?(?:pod )?(?:template|image)(?: again)?$/u,
    () => ({ do: 'template', name: null }),
  ],
  [/^apply (\S+)$/u, (name) => ({ do: 'template', name })],
  [/^(?:set )?replicas (?:to )?(\d+)$/u, (count) => ({ do: 'replicas', count: Number(count), by: 'apply' })],
  [/^scale (?:up |down )?to (\d+)$/u, (count) => ({ do: 'replicas', count: Number(count), by: 'scale' })],
  [/^minReadySeconds (\d+)$/u, (seconds) => ({ do: 'minReadySeconds', seconds: Number(seconds) })],
  [
    /^(?:undo|roll ?back)( dry run)?(?: to (?:revision )?(\d+))?$/u,
    (dry, revision) => ({
      do: 'undo',
      dryRun: dry !== undefined,
      revision: revision === undefined ? null : Number(revision),
    }),
  ],
  [/^pause$/u, () => ({ do: 'pause' })],
  [/^resume$/u, () => ({ do: 'resume' })],
  [/^restart$/u, () => ({ do: 'restart' })],
  [/^status of revision (\d+)$/u, (revision) => ({ do: 'status', revision: Number(revision) })],
  [/^(?:all pods become available|(?:wait until )?completes?)$/u, () => ({ do: 'complete' })],
  [/^pods become ready$/u, () => ({ do: 'makeReady' })],
  [/^pods can become ready$/u, () => ({ do: 'readiness', ready: true })],
  [
    /^(?:(?:new|its) pods never become ready|pods stay unready|pods running but unready)$/u,
    () => ({ do: 'readiness', ready: false }),
  ],
  [/^gate (on|off)$/u, (on) => ({ do: 'gate', on: on === 'on' })],
  [/^wait (\d+) ?s(?:econds)?$/u, (seconds) => ({ do: 'wait', seconds: Number(seconds) })],
  [/^controller sync with old RS revision \d+ \(size 0\)$/u, () => ({ do: 'syncOnce' })],
  // Says how the row's Deployment stands, which its `deployment` says already.
  [/^current RS revision \d+ \(size \d+\)$/u, () => ({ do: 'wait', seconds: 0 })],
];

/** The orders of one step in the sequence in which they are to be carried out: how pods behave comes first. */
export function readStep(step: string): Order[] {
  const orders = step.split(/, | and /u).map(readClause);
  const isCondition = ({ do: verb }: Order): boolean => verb === 'readiness' || verb === 'gate';
  return [...orders.filter(isCondition), ...orders.filter((order) => !isCondition(order))];
}

function readClause(clause: string): Order {
  for (const [pattern, order] of READINGS) {
    const match = pattern.exec(clause);
    if (match !== null) return order(...match.slice(1));
  }
  throw new NotCoveredError(`unknown words: ${clause}`);
}
