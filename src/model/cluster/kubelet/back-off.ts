/**
 * The doubling timer behind CrashLoopBackOff and other retries (R-POD-26), and the kubelet's settings for it.
 * Times may be in any unit as long as one timer sticks to it.
 */
export interface BackOffSettings {
  readonly initial: number;
  readonly max: number;
  /** An entry expires once an event comes this long after its last step; the default is twice the maximum. */
  readonly expiry?: number;
  /** Whether an event exactly at the expiry already counts as after it. */
  readonly expiryInclusive?: boolean;
}

interface Entry {
  delay: number;
  lastStep: number;
}

export class BackOff {
  readonly #settings: BackOffSettings;
  readonly #entries = new Map<string, Entry>();

  constructor(settings: BackOffSettings) {
    this.#settings = settings;
  }

  /** The current delay of a key; 0 without an entry. */
  get(key: string): number {
    return this.#entries.get(key)?.delay ?? 0;
  }

  /** Records a failure that happened at `eventTime`: the delay doubles, or starts anew after the expiry. */
  next(key: string, eventTime: number, now: number): void {
    const entry = this.#entries.get(key);
    const { initial, max } = this.#settings;
    const delay =
      entry === undefined || this.#expired(entry, eventTime) ? initial : Math.min(max, entry.delay * 2);
    this.#entries.set(key, { delay, lastStep: now });
  }

  /** Whether the delay, counted from `eventTime`, still runs. */
  inBackOffSince(key: string, eventTime: number, now: number): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#expired(entry, eventTime)) return false;
    return now - eventTime < entry.delay;
  }

  /** Whether `eventTime` lies within the delay counted from the last step. */
  inBackOffSinceUpdate(key: string, eventTime: number): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#expired(entry, eventTime)) return false;
    return eventTime - entry.lastStep < entry.delay;
  }

  reset(key: string): void {
    this.#entries.delete(key);
  }

  /** Drops every expired entry. */
  collect(now: number): void {
    for (const [key, entry] of this.#entries) if (this.#expired(entry, now)) this.#entries.delete(key);
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  #expired(entry: Entry, eventTime: number): boolean {
    const { max, expiry = 2 * max, expiryInclusive = false } = this.#settings;
    const age = eventTime - entry.lastStep;
    return expiryInclusive ? age >= expiry : age > expiry;
  }
}

export interface CrashLoopGates {
  readonly reduceDefaultDecay: boolean;
  /** Seconds from the node's configuration; null: the gate is off. */
  readonly nodeMaxSeconds: number | null;
}

/** Kubernetes 1.36: `KubeletCrashLoopBackOffMax` without a lowered cap, `ReduceDefaultCrashLoopBackOffDecay` off. */
export const DEFAULT_CRASH_LOOP_GATES: CrashLoopGates = { reduceDefaultDecay: false, nodeMaxSeconds: null };

/** The back-off is forgotten when a container ends this long after its last step. */
const CRASH_LOOP_EXPIRY_SECONDS = 600;

/** R-POD-26, in seconds. */
export function crashLoopSettings(
  gates: CrashLoopGates,
): Required<Pick<BackOffSettings, 'initial' | 'max' | 'expiry'>> {
  const initial = gates.reduceDefaultDecay ? 1 : 10;
  const max = gates.nodeMaxSeconds ?? (gates.reduceDefaultDecay ? 60 : 300);
  return { initial: Math.min(initial, max), max, expiry: CRASH_LOOP_EXPIRY_SECONDS };
}
