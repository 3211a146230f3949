/** The figures of a prediction that are compared: where each stands, its unit, and which way is better. */
import type { FigureUnit } from '../../comparison.ts';
import type { Prediction, Summary } from '../../prediction.ts';
import { FAILURE_CLASSES, type FailureClass } from '../../record.ts';
import type { RunSummary } from '../run-summary.ts';
import type { Direction } from './difference.ts';

export interface Figure {
  readonly name: string;
  readonly unit: FigureUnit;
  readonly better: Direction;
  /** Of one run; null where that run has none. */
  readonly ofRun: (run: RunSummary) => number | null;
  readonly ofPrediction: (prediction: Prediction) => Summary | null;
}

/** Classes that neither side knows are left out. */
export function figuresOf(predictions: readonly Prediction[]): readonly Figure[] {
  const occurs = (failure: FailureClass): boolean =>
    predictions.some(({ requests }) => requests.failedByClass[failure] !== undefined);
  const rollsOut = predictions.some(({ rollout: { outcome } }) => Object.values(outcome).some((p) => p > 0));
  return [
    ...REQUESTS,
    ...FAILURE_CLASSES.filter(occurs).map(failedOfClass),
    ...CONNECTIONS,
    ...LATENCIES,
    ...(rollsOut ? ROLLOUT : []),
    ...PODS,
  ];
}

function requests(
  name: 'offered' | 'failed' | 'failedNewConnections' | 'failedReusedConnections' | 'retried',
  better: Direction,
): Figure {
  return {
    name: `requests.${name}`,
    unit: 'requests',
    better,
    ofRun: ({ totals }) => totals[name],
    ofPrediction: (prediction) => prediction.requests[name],
  };
}

const REQUESTS: readonly Figure[] = [requests('offered', 'neither'), requests('failed', 'less')];
const CONNECTIONS: readonly Figure[] = [
  requests('failedNewConnections', 'less'),
  requests('failedReusedConnections', 'less'),
  requests('retried', 'less'),
];

const NEVER: Summary = { mean: 0, sd: 0, p2_5: 0, p25: 0, p50: 0, p75: 0, p97_5: 0, min: 0, max: 0 };

function failedOfClass(failure: FailureClass): Figure {
  return {
    name: `requests.failedByClass.${failure}`,
    unit: 'requests',
    better: 'less',
    ofRun: ({ totals }) => totals.failedByClass[failure] ?? 0,
    ofPrediction: (prediction) => prediction.requests.failedByClass[failure] ?? NEVER,
  };
}

const LATENCIES: readonly Figure[] = (['p50', 'p90', 'p99', 'p999'] as const).map((quantile) => ({
  name: `latencyMs.${quantile}`,
  unit: 'milliseconds',
  better: 'less',
  ofRun: ({ totals }) => totals.latencyMs[quantile],
  ofPrediction: ({ latencyMs }) => latencyMs[quantile],
}));

const ROLLOUT: readonly Figure[] = [
  {
    name: 'rollout.outcome.complete',
    unit: 'share',
    better: 'more',
    ofRun: ({ rollout }) => (rollout.outcome === 'complete' ? 1 : 0),
    ofPrediction: ({ rollout, engine }) => shareSummary(rollout.outcome.complete, engine.runs),
  },
  ...(['completeMs', 'lastOldPodGoneMs'] as const).map((name): Figure => ({
    name: `rollout.${name}`,
    unit: 'milliseconds',
    better: 'less',
    ofRun: ({ rollout }) => rollout[name],
    ofPrediction: ({ rollout }) => rollout[name],
  })),
];

/** Of the ones and noughts that a share of runs stands for. */
function shareSummary(share: number, runs: number): Summary {
  const sd = runs === 1 ? 0 : Math.sqrt((share * (1 - share) * runs) / (runs - 1));
  const [min, max] = [share === 1 ? 1 : 0, share === 0 ? 0 : 1];
  const at = (p: number): number => (share > 1 - p ? 1 : 0);
  return {
    mean: share,
    sd,
    p2_5: at(0.025),
    p25: at(0.25),
    p50: at(0.5),
    p75: at(0.75),
    p97_5: at(0.975),
    min,
    max,
  };
}

function pods(
  name: Exclude<keyof Prediction['pods'], 'peakCpuRequested'>,
  unit: FigureUnit,
  better: Direction,
): Figure {
  return {
    name: `pods.${name}`,
    unit,
    better,
    ofRun: (run) => run.pods[name],
    ofPrediction: (prediction) => prediction.pods[name],
  };
}

const PODS: readonly Figure[] = [
  pods('peakDesired', 'pods', 'less'),
  pods('peakWithTerminating', 'pods', 'less'),
  pods('minReady', 'pods', 'more'),
  pods('minServing', 'pods', 'more'),
  {
    name: 'pods.peakCpuRequested',
    unit: 'cores',
    better: 'less',
    ofRun: (run) => run.pods.peakCpuRequestedMilli / 1000,
    ofPrediction: (prediction) => prediction.pods.peakCpuRequested,
  },
  pods('peakMemoryRequestedBytes', 'bytes', 'less'),
];
