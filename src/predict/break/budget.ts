/** How much may break in one schedule: the number of faults, and how many nodes and pods they hit altogether. */
import type { DurationMs } from '../../kernel/time.ts';
import type { FaultAction } from '../../scenario/fault.ts';
import { didYouMean } from '../../scenario/did-you-mean.ts';
import { formatDuration, parseDuration } from '../../scenario/duration.ts';
import type { Schedule } from './schedule.ts';

export interface Budget {
  readonly faults: number;
  /** Different nodes that are drained or fail. */
  readonly nodes: number;
  /** Pods that are hit directly; those on a node that fails do not count. */
  readonly pods: number;
  /** Longest that one fault lasts. */
  readonly forMs: DurationMs;
}

export type FaultKind = FaultAction['kind'];

/** The gentlest first: shrinking tries them in this order. */
export const FAULT_KINDS: readonly FaultKind[] = [
  'pod-kill',
  'container-kill',
  'pod-failure',
  'dependency-outage',
  'drain',
  'node-down',
];

/** What any cluster meets in a bad week: two things at once, one node, two pods, none of it longer than two minutes. */
export const BUDGET_DEFAULT: Budget = { faults: 2, nodes: 1, pods: 2, forMs: 120_000 };

const COUNTS = ['faults', 'nodes', 'pods'] as const;
const FAULTS_MAX = 20;

/** `faults=2,nodes=1,pods=2,for=2m`, each part optional; a text says what is wrong. */
export function parseBudget(text: string): Budget | string {
  const budget: { -readonly [name in keyof Budget]: number } = { ...BUDGET_DEFAULT };
  const seen = new Set<string>();
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=').map((word) => word.trim());
    if (seen.has(name)) return `${name} stands twice.`;
    seen.add(name);
    const count = COUNTS.find((known) => known === name);
    if (count !== undefined) {
      if (!/^\d{1,6}$/u.test(value)) return `${name} must be a whole number, not ${JSON.stringify(value)}.`;
      budget[count] = Number(value);
    } else if (name === 'for') {
      const forMs = parseDuration(value);
      if (forMs === null || forMs < 1000)
        return `for must be a duration from 1s on, not ${JSON.stringify(value)}.`;
      budget.forMs = forMs;
    } else {
      const near = didYouMean(name, COUNTS);
      const hint = near === null ? `those are ${COUNTS.join(', ')} and for` : `did you mean ${near}?`;
      return `${JSON.stringify(name)} is no part of a budget: ${hint}`;
    }
  }
  if (budget.faults < 1 || budget.faults > FAULTS_MAX) return `faults must be from 1 to ${FAULTS_MAX}.`;
  return budget;
}

export function budgetText({ faults, nodes, pods, forMs }: Budget): string {
  return `faults=${faults},nodes=${nodes},pods=${pods},for=${formatDuration(forMs)}`;
}

/** `pod-kill,drain`; a text says what is wrong. */
export function parseKinds(text: string): readonly FaultKind[] | string {
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (FAULT_KINDS.includes(name as FaultKind)) continue;
    const near = didYouMean(name, FAULT_KINDS);
    const hint = near === null ? `one of ${FAULT_KINDS.join(', ')}` : `did you mean ${near}?`;
    return `${JSON.stringify(name)} is no kind of fault: ${hint}`;
  }
  return FAULT_KINDS.filter((kind) => names.includes(kind));
}

/** What a schedule takes of a budget. @param replicas pods that `mode: all` hits */
export function spending(schedule: Schedule, replicas: number): Omit<Budget, 'forMs'> {
  const nodes = new Set<string>();
  let pods = 0;
  for (const { action } of schedule) {
    if ('node' in action) nodes.add(action.node);
    if ('target' in action) pods += podsOf(action.target, replicas);
  }
  return { faults: schedule.length, nodes: nodes.size, pods };
}

function podsOf(
  { mode, value }: Extract<FaultAction, { target: unknown }>['target'],
  replicas: number,
): number {
  switch (mode) {
    case 'one':
      return 1;
    case 'fixed':
      return value;
    case 'all':
      return replicas;
    case 'fixed-percent':
    case 'random-max-percent':
      return Math.floor((replicas * value) / 100);
  }
}

/** Whether a schedule breaks something, and no more than it may. */
export function isWithin(schedule: Schedule, budget: Budget, replicas: number): boolean {
  const { faults, nodes, pods } = spending(schedule, replicas);
  return faults >= 1 && faults <= budget.faults && nodes <= budget.nodes && pods <= budget.pods;
}
