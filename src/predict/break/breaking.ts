/** What `sim break` found out: the shape of its `--json`; other programs rely on it. */
import type { Comparison } from '../../comparison.ts';
import type { Summary } from '../../prediction.ts';
import type { Budget, FaultKind } from './budget.ts';
import type { Schedule } from './schedule.ts';

export const BREAKING_SCHEMA = 'rollout-sim/break/v1';

export interface Breaking {
  readonly schema: typeof BREAKING_SCHEMA;
  readonly scenario: { readonly name: string; readonly digest: string };
  readonly engine: {
    readonly version: string;
    readonly mode: 'exact' | 'skip-ahead';
    readonly seed: number;
    /** Runs of a schedule that seems to break something. */
    readonly runs: number;
    readonly wallMs: number;
  };
  readonly budget: Budget & { readonly kinds: readonly FaultKind[] };
  readonly expectations: readonly StakedExpectation[];
  readonly tried: {
    /** Earlier counterexamples, which come first. */
    readonly regressions: number;
    /** Different schedules, up to the one that breaks something. */
    readonly schedules: number;
    readonly schedulesPerMinute: number;
    /**
     * A schedule with one of the `screenedKinds` gets its first look with one request of so many, and is put aside when
     * that comes nowhere near; null where every look is at all requests.
     */
    readonly screeningFactor: number | null;
    /** Empty where the factor is null. */
    readonly screenedKinds: readonly FaultKind[];
    /** Why there were no more. `nothing-to-break`: no kind of fault has a target, or the budget leaves it no room. */
    readonly ended: 'found' | 'time' | 'schedules' | 'exhausted' | 'nothing-to-break';
  };
  /** null when nothing was found. */
  readonly counterexample: Counterexample | null;
}

/** Whether the time was over before anything was tried: that nothing was found says nothing then. */
export function triedNothing({ ended, schedules, regressions }: Breaking['tried']): boolean {
  return ended === 'time' && schedules + regressions === 0;
}

export interface StakedExpectation {
  readonly name: string;
  readonly target: string;
  /** Without faults. */
  readonly value: Summary;
  readonly probabilityMet: number;
  /** Whether it is missed without any fault. */
  readonly alreadyMissed: boolean;
  /** Of one that is missed already: the figure from which on a run counts as clearly worse; null for the others. */
  readonly beyond: number | null;
}

export interface Counterexample {
  readonly from: 'search' | 'regression' | 'path';
  /** Names the schedule among all that the seed gives; null for an earlier one. */
  readonly path: string | null;
  readonly faults: Schedule;
  /** Each as an entry of a scenario's `faults`. */
  readonly yaml: readonly string[];
  /** What `--set` takes to replay it. */
  readonly set: readonly string[];
  readonly broken: readonly BrokenExpectation[];
  /** Steps by which it was made smaller, and how many were tried. */
  readonly shrinks: number;
  readonly shrinksTried: number;
  /** Whether no smaller one breaks the same: null where it was not tried. */
  readonly minimal: boolean | null;
  /** The scenario without and with the faults, same seeds. */
  readonly comparison: Comparison;
}

export interface BrokenExpectation {
  readonly name: string;
  readonly target: string;
  /** Runs with the faults that miss it (or lie beyond the bound) though the same seed without them does not. */
  readonly missed: number;
  /** Of so many. */
  readonly runs: number;
}
