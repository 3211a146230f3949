/** What `sim tune --json` prints; other programs rely on its shape. */
import type { Summary } from '../../prediction.ts';
import type { SettingValues } from '../remedy.ts';
import type { Patch } from './patch.ts';

export const TUNING_SCHEMA = 'rollout-sim/tuning/v1';

export interface Tuning {
  readonly schema: typeof TUNING_SCHEMA;
  readonly scenario: { readonly name: string; readonly digest: string };
  readonly engine: {
    readonly version: string;
    readonly mode: 'exact' | 'skip-ahead';
    readonly seed: number;
    /** Of all configurations together. */
    readonly runs: number;
    readonly wallMs: number;
  };
  readonly fields: readonly TunedField[];
  /** Whether the program chose the fields. */
  readonly fieldsChosen: boolean;
  /** Whether the scenario expects nothing, so that no failed request was looked for. */
  readonly expectationsAssumed: boolean;
  readonly grid: {
    /** All combinations of the fields' values. */
    readonly configurations: number;
    readonly looked: number;
    /** Combinations that were looked at and that the API server refuses. */
    readonly refused: number;
    /** Why the first of them is. */
    readonly refusal: string | null;
  };
  /** Whether the runs were used up before the answer was clear. */
  readonly exhausted: boolean;
  /** The scenario as it is. */
  readonly present: TunedConfiguration;
  /** The cheapest that meets the expectations; null when none was found that does. */
  readonly choice: Choice | null;
  /** When there is no choice: the configuration that comes nearest, and what keeps it from more. */
  readonly nearest: Nearest | null;
  /** Figures of the first seeds, which all of them have run; probabilities of all runs that each has had. */
  readonly frontier: readonly TunedConfiguration[];
}

export interface TunedField {
  readonly name: string;
  readonly values: readonly string[];
  readonly present: string | null;
}

export interface TunedConfiguration {
  /** Field name to value; `present` for a field that keeps a value that is not among those tried. */
  readonly values: Readonly<Record<string, string>>;
  /** What `--set` takes, path to value; empty for the scenario as it is. */
  readonly set: SettingValues;
  readonly changedFields: readonly string[];
  /** Seconds to which the grace period was raised so that it holds sleep and drain. */
  readonly graceSeconds: number | null;
  readonly runs: number;
  /** Whether the expectations are met in at least 95 % of rollouts; open: the runs do not tell. */
  readonly verdict: 'meets' | 'misses' | 'open';
  readonly probabilityMet: {
    readonly share: number;
    /** 95 % confidence, Wilson. */
    readonly low: number;
    readonly high: number;
  };
  readonly failed: Summary;
  readonly durationMs: Summary;
  readonly peakPods: Summary;
  readonly standingPods: number;
  /** Pods beyond those, in pod-seconds. */
  readonly extraPodSeconds: Summary;
}

export interface Choice extends TunedConfiguration {
  readonly patches: readonly Patch[];
  /** Settings that no manifest holds, such as what the code does on SIGTERM. */
  readonly scenarioSettings: SettingValues;
}

export interface Nearest extends TunedConfiguration {
  readonly unmet: readonly {
    readonly name: string;
    readonly target: string;
    readonly value: Summary;
    readonly probabilityMet: number;
  }[];
  readonly causes: readonly {
    readonly rule: string;
    readonly title: string;
    readonly share: number;
    readonly where: readonly { readonly file: string; readonly line: number }[];
  }[];
}
