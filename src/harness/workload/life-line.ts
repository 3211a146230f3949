/**
 * The workload's life in lines of its standard output, each one JSON object that begins with `{"life":`. Whoever reads
 * a pod's log takes these for the recorder and leaves every other line.
 */
export const LIFE_EVENTS = [
  'started',
  'listening',
  'ready',
  'sigterm',
  'listener-closed',
  /** How many requests it has taken in and answered so far: once a second while there are any, and at the end. */
  'served',
  'exited',
] as const;
export type LifeEventName = (typeof LIFE_EVENTS)[number];

export interface ServedCounts {
  /** Requests answered in full, whatever the status. */
  readonly answered: number;
  /** Of those, the ones answered 5xx for a full backlog, and as errors of the code's own. */
  readonly overflowed: number;
  readonly errors: number;
}

export interface LifeLine {
  readonly life: LifeEventName;
  readonly epochMs: number;
  readonly pod: string;
  readonly node: string;
  /** With `served`. */
  readonly counts?: ServedCounts;
  /** With `exited`. */
  readonly exitCode?: number;
  /** With `sigterm`, which stands for any signal that asks the process to end. */
  readonly signal?: string;
}

export function formatLifeLine(line: LifeLine): string {
  return `${JSON.stringify(line)}\n`;
}

/** null: a line that is none of these. A container runtime may put a time in front of it. */
export function readLifeLine(text: string): LifeLine | null {
  const start = text.indexOf('{"life":');
  if (start === -1) return null;
  try {
    const value = JSON.parse(text.slice(start)) as Partial<LifeLine>;
    const known = LIFE_EVENTS.some((name) => name === value.life);
    return known && typeof value.epochMs === 'number' ? (value as LifeLine) : null;
  } catch {
    // A process that is killed may leave half a line.
    return null;
  }
}
