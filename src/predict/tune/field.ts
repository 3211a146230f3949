/** A field that a search or a sweep varies: its name, its values, and which part of the scenario they change. */
import type { Level } from './values.ts';

export interface Field {
  /** As it is shown: `maxSurge`, `preStop.sleep`, or a whole path. */
  readonly name: string;
  readonly effect: FieldEffect;
  readonly levels: readonly Level[];
  /** Whether its values are numbers, durations or shares, so that something lies between two of them. */
  readonly ordered: boolean;
  /** The text of the present value; null when it is none that the field could have. */
  readonly current: string | null;
}

export type FieldEffect =
  /** The value goes to this path, as `--set` takes it. */
  | { readonly kind: 'path'; readonly path: string }
  /** Of a rolling update; with another strategy it brings the rolling update along. */
  | { readonly kind: 'rolling-update'; readonly member: 'maxSurge' | 'maxUnavailable' }
  /** Native sleep in place of whatever the hook does now; 0 removes the hook. */
  | { readonly kind: 'pre-stop-sleep' }
  | { readonly kind: 'session-affinity' }
  /** Values are lists of advices, the empty one for what is there now. */
  | { readonly kind: 'advice' };

export function isOrdered(levels: readonly Level[]): boolean {
  return levels.every(({ order }) => order !== null);
}
