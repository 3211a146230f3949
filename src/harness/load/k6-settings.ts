/** What the k6 script is told, as JSON in one environment variable: k6 runs it alone, without the rest of the program. */

export interface K6Settings {
  /** Time 0 of the scenario, and when the load begins and ends relative to it. */
  readonly zeroEpochMs: number;
  readonly startMs: number;
  readonly endMs: number;
  /** URLs: client i asks the one at i modulo their number. */
  readonly urls: readonly string[];
  readonly clients: number;
  readonly connectionsEach: number;
  readonly keepAlive: boolean;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly timeoutMs: number;
  readonly retries: {
    readonly max: number;
    readonly on: readonly string[];
    readonly backoff: { readonly baseMs: number; readonly capMs: number };
  };
  /** Stretches of constant rate, one after another; empty for a closed loop. */
  readonly stretches: readonly K6Stretch[];
  /** null: an open loop. Think times are equally likely ones. */
  readonly closed: { readonly users: number; readonly thinkTimesMs: readonly number[] } | null;
  /** By the names of the script's own metrics. */
  readonly thresholds: Readonly<Record<string, readonly string[]>>;
  /** The header that names the pod, as Go spells it. */
  readonly podHeader: string;
}

export interface K6Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rateRps: number;
}

export const K6_SETTINGS_VARIABLE = 'ROLLOUT_SIM_K6';
