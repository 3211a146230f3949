/** A goal beside what was measured: whether it is met is reckoned, never written. */
import { markdownTable } from './markdown-table.ts';

export interface Goal {
  readonly what: string;
  /** What a reader runs to measure it. */
  readonly command: string;
  readonly goal: string;
  readonly measured: string;
  readonly met: boolean;
}

interface Bound {
  readonly value: number;
  readonly limit: number;
  readonly format: (value: number) => string;
}

export function atMost(what: string, command: string, { value, limit, format }: Bound): Goal {
  return {
    what,
    command,
    goal: `at most ${format(limit)}`,
    measured: format(value),
    met: value <= limit,
  };
}

export function atLeast(what: string, command: string, { value, limit, format }: Bound): Goal {
  return {
    what,
    command,
    goal: `at least ${format(limit)}`,
    measured: format(value),
    met: value >= limit,
  };
}

export function goalsTable(goals: readonly Goal[]): string {
  const rows = goals.map(({ what, command, goal, measured, met }) => [
    what,
    `\`${command}\``,
    goal,
    measured,
    met ? 'yes' : '**no**',
  ]);
  return markdownTable([['what', 'command', 'goal', 'measured', 'met'], ...rows]);
}
