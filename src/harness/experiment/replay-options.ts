/** How a replay is made: what the command line says, and how long each wait may be. */
import type { DurationMs } from '../../kernel/time.ts';
import type { RunRecord } from '../../record.ts';
import type { Scenario } from '../../scenario/scenario.ts';

export interface ReplayOptions {
  readonly seed: number;
  readonly baselineMs: DurationMs;
  /** `--set` texts that made the scenario what it is. */
  readonly settings: readonly string[];
  /** Finds the largest rate that keeps the baseline valid; null: the scenario's own is taken. */
  readonly rateSearch: RateSearch | null;
  /** Where the record goes; the raw requests stand beside it. */
  readonly outFile: string;
  readonly waits: Waits;
  readonly progress: (text: string) => void;
}

export interface RateSearch {
  /** How long each rate is tried. */
  readonly trialMs: DurationMs;
  /** Told once for each rate that was tried, and what it came to. */
  readonly tell: (line: string) => void;
  /** The scenario with further settings; null where they do not fit. */
  readonly reload: (settings: readonly string[]) => Scenario | null;
}

/** Times that a test shortens. */
export interface Waits {
  /** Everything of `before` is ready within this. */
  readonly settleWithinMs: DurationMs;
  /** Nothing may move for so long before the baseline begins, and at the end before the replay is over. */
  readonly quietMs: DurationMs;
  /** Something unfinished that has not moved for so long will not move any more. */
  readonly stuckMs: DurationMs;
  /** Servers that have just started are slow, all of them at once: callers begin so long before the baseline. */
  readonly warmUpMs: DurationMs;
  /** The generator gets so long to start. */
  readonly loadStartMs: DurationMs;
  /** At least this much is watched from time 0 on, as in a simulated run. */
  readonly shortestMs: DurationMs;
  /** What a fault begins or ends gets so long to show. */
  readonly aftermathMs: DurationMs;
  /** Lines of pods that have ended are on their way for a moment. */
  readonly lastLinesMs: DurationMs;
  /** Servers tell their counts once a second, and their words are on their way for a moment. */
  readonly lastCountsMs: DurationMs;
  /** The API server may be silent for so long; one that restarts is back before it. */
  readonly apiPatienceMs: DurationMs;
  /** Objects of a replay are gone within this. */
  readonly goneWithinMs: DurationMs;
}

export const WAITS: Waits = {
  settleWithinMs: 300_000,
  quietMs: 5000,
  stuckMs: 60_000,
  warmUpMs: 8000,
  loadStartMs: 3000,
  shortestMs: 60_000,
  aftermathMs: 10_000,
  lastLinesMs: 500,
  lastCountsMs: 1500,
  apiPatienceMs: 15_000,
  goneWithinMs: 90_000,
};

export interface ReplayResult {
  /** null: it ended before there was anything to record. */
  readonly record: RunRecord | null;
  readonly recordFile: string | null;
  /** Requests per second at the busiest moment, found by the search where there was one; null: callers wait for their answers. */
  readonly peakRateRps: number | null;
}
