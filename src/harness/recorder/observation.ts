/** What a replay saw, in the order in which it saw it: the material of which its record is made. */
import type { TimeMs } from '../../kernel/time.ts';
import type { TimelineEvent } from '../../record.ts';
import type { LiveByKind, WatchedKind } from '../kubernetes/client.ts';

/** One change of a watched object. `after` null: it is gone, and `before` is what it was last. */
export type ObservedChange = {
  readonly [K in WatchedKind]: {
    readonly kind: K;
    readonly timeMs: TimeMs;
    readonly after: LiveByKind[K] | null;
    readonly before: LiveByKind[K] | null;
  };
}[WatchedKind];

/** One line that the workload wrote about its own life. */
export interface LifeEvent {
  readonly pod: string;
  readonly timeMs: TimeMs;
  readonly kind: LifeEventKind;
}

export type LifeEventKind = 'started' | 'listening' | 'sigterm' | 'listener-closed' | 'exited';

/** A node's proxy has stopped sending new connections to a pod, or begun to. */
export interface ProxyEvent {
  readonly pod: string;
  /** The scenario's name. */
  readonly node: string;
  readonly timeMs: TimeMs;
  readonly listed: boolean;
}

export interface Observation {
  readonly changes: readonly ObservedChange[];
  readonly life: readonly LifeEvent[];
  readonly proxies: readonly ProxyEvent[];
  /** What the harness itself did: changes, faults and their course. */
  readonly notes: readonly TimelineEvent[];
}

/** Where changes are of a kind, typed as that kind. */
export function changesOf<K extends WatchedKind>(
  changes: readonly ObservedChange[],
  kind: K,
): readonly Extract<ObservedChange, { readonly kind: K }>[] {
  return changes.filter(
    (change): change is Extract<ObservedChange, { readonly kind: K }> => change.kind === kind,
  );
}
