/** Where every part of the model writes down the facts of a run, in time order. */
import type { TimeMs } from '../kernel/time.ts';
import type { TimelineEvent, TimelineEventKind } from '../record.ts';

export interface TimelineDetails {
  readonly node?: string;
  readonly value?: number;
  readonly detail?: string;
}

export class Timeline {
  readonly events: TimelineEvent[] = [];
  readonly #now: () => TimeMs;
  readonly #listeners: ((event: TimelineEvent) => void)[] = [];

  constructor(now: () => TimeMs) {
    this.#now = now;
  }

  /** @param object `pod/name`, `replicaset/name`, `deployment/name`, `node/name`, `job/name`, `change/ordinal` */
  note(kind: TimelineEventKind, object: string, details: TimelineDetails = {}): void {
    const event: TimelineEvent = { timeMs: this.#now(), kind, object, ...details };
    this.events.push(event);
    for (const listener of this.#listeners) listener(event);
  }

  /** Calls `listener` for each fact as it happens. */
  onNote(listener: (event: TimelineEvent) => void): void {
    this.#listeners.push(listener);
  }
}
