/** The figures of a run that a replay measures too, each read alike from both. */
import type { FigureUnit } from '../comparison.ts';
import type { RunSummary } from '../predict/run-summary.ts';
import { FAILURE_CLASSES } from '../record.ts';

export interface Figure {
  /** Where it stands in a prediction. */
  readonly name: string;
  readonly unit: FigureUnit;
  /** null where the run has no such value. */
  readonly of: (run: RunSummary) => number | null;
  /**
   * Whether it decides the verdict. The classes of failed requests do not: they add up to one that does, and which of
   * two errors a dying connection gives is often a matter of microseconds.
   */
  readonly decides: boolean;
}

/** What `sim` is asked first. */
export const MAIN_FIGURE = 'requests.failed';

const DECIDING: readonly Figure[] = [
  { name: MAIN_FIGURE, unit: 'requests', of: ({ totals }) => totals.failed, decides: true },
  {
    name: 'requests.failedNewConnections',
    unit: 'requests',
    of: ({ totals }) => totals.failedNewConnections,
    decides: true,
  },
  {
    name: 'requests.failedReusedConnections',
    unit: 'requests',
    of: ({ totals }) => totals.failedReusedConnections,
    decides: true,
  },
  {
    name: 'rollout.completeMs',
    unit: 'milliseconds',
    of: ({ rollout }) => rollout.completeMs,
    decides: true,
  },
  {
    name: 'rollout.lastOldPodGoneMs',
    unit: 'milliseconds',
    of: ({ rollout }) => rollout.lastOldPodGoneMs,
    decides: true,
  },
  { name: 'pods.peakDesired', unit: 'pods', of: ({ pods }) => pods.peakDesired, decides: true },
  {
    name: 'pods.peakWithTerminating',
    unit: 'pods',
    of: ({ pods }) => pods.peakWithTerminating,
    decides: true,
  },
  { name: 'pods.minReady', unit: 'pods', of: ({ pods }) => pods.minReady, decides: true },
];

const BY_CLASS: readonly Figure[] = FAILURE_CLASSES.map((failure) => ({
  name: `requests.failedByClass.${failure}`,
  unit: 'requests',
  of: ({ totals }) => totals.failedByClass[failure] ?? 0,
  decides: false,
}));

export const FIGURES: readonly Figure[] = [...DECIDING, ...BY_CLASS];
