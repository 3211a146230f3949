/**
 * What the node controller knows of one node's health, look by look (R-NOD-2): when it last saw a sign of life, by its own
 * clock, and from when on it takes the node for lost.
 */
import type { DurationMs, TimeMs } from '../../../kernel/time.ts';

export type ReadyStatus = 'True' | 'False' | 'Unknown';

/** What the API holds of the node at a look. */
export interface NodeSigns {
  /** Its condition Ready; null: it has none yet. */
  readonly ready: ReadyStatus | null;
  readonly heartbeatMs: TimeMs | null;
  readonly leaseMs: TimeMs | null;
}

export interface Look {
  readonly ready: ReadyStatus | null;
  /** Why the controller has set it; null: it has not. */
  readonly reason: 'NodeStatusNeverUpdated' | 'NodeStatusUnknown' | null;
  /** R-NOD-3: from True to something else, by the controller. */
  readonly marksPodsNotReady: boolean;
}

export class NodeHealth {
  readonly #graceMs: DurationMs;
  readonly #startupGraceMs: DurationMs;
  readonly #createdMs: TimeMs;
  #saved: NodeSigns | null = null;
  #seenMs: TimeMs = 0;
  #leaseMs: TimeMs | null = null;

  constructor(graceMs: DurationMs, startupGraceMs: DurationMs, createdMs: TimeMs) {
    this.#graceMs = graceMs;
    this.#startupGraceMs = startupGraceMs;
    this.#createdMs = createdMs;
  }

  look(nowMs: TimeMs, signs: NodeSigns): Look {
    const { ready, heartbeatMs, leaseMs } = signs;
    if (this.#saved === null) this.#seenMs = ready === null ? this.#createdMs : nowMs;
    else if (this.#changed(this.#saved, signs)) this.#seenMs = nowMs;
    this.#saved = signs;
    if (leaseMs !== null && (this.#leaseMs === null || leaseMs > this.#leaseMs)) {
      this.#leaseMs = leaseMs;
      this.#seenMs = nowMs;
    }
    const graceMs = ready === null ? this.#startupGraceMs : this.#graceMs;
    const lost = nowMs > this.#seenMs + graceMs;
    if (!lost || ready === 'Unknown') return { ready, reason: null, marksPodsNotReady: false };
    // What it has set itself is no sign of life at the next look.
    this.#saved = { ready: 'Unknown', heartbeatMs, leaseMs };
    return {
      ready: 'Unknown',
      reason: ready === null ? 'NodeStatusNeverUpdated' : 'NodeStatusUnknown',
      marksPodsNotReady: ready === 'True',
    };
  }

  #changed(saved: NodeSigns, { ready, heartbeatMs }: NodeSigns): boolean {
    if ((saved.ready === null) !== (ready === null)) return true;
    return ready !== null && saved.heartbeatMs !== heartbeatMs;
  }
}

/** Whether a pod that comes to a node, or moves there, is not Ready because the node is not. */
export function marksNewPod(nodeReady: ReadyStatus | null, healthKnown: boolean): boolean {
  return healthKnown && nodeReady !== null && nodeReady !== 'True';
}
