/** A run summary with chosen figures, for tests. */
import type { CauseTotal } from '../../../src/record.ts';
import type { RunSummary } from '../../../src/predict/run-summary.ts';

export interface RunFigures {
  readonly seed?: number;
  readonly offered?: number;
  readonly causes?: readonly CauseTotal[];
  readonly completeMs?: number | null;
  readonly p99?: number;
  readonly minReady?: number;
}

export function causeOf(
  rule: string,
  failed: number,
  line = 7,
  file = 'manifests/deployment.yaml',
): CauseTotal {
  return { rule, where: [{ file, line, column: 3 }], failed, failedByClass: { refused: failed } };
}

export function runOf(figures: RunFigures = {}): RunSummary {
  const { seed = 1, offered = 100_000, causes = [], completeMs = 60_000, p99 = 90, minReady = 4 } = figures;
  const failed = causes.reduce((sum, cause) => sum + cause.failed, 0);
  return {
    seed,
    engine: 'exact',
    accuracy: { exactShare: 1, errorBound: 0 },
    startMs: 0,
    endMs: 90_000,
    totals: {
      offered,
      ok: offered - failed,
      failed,
      failedByClass: failed === 0 ? {} : { refused: failed },
      failedNewConnections: failed,
      failedReusedConnections: 0,
      retried: 0,
      inFlight: 0,
      latencyMs: { p50: 20, p90: 50, p99, p999: 2 * p99 },
    },
    rollout: {
      outcome: completeMs === null ? 'stalled' : 'complete',
      completeMs,
      lastOldPodGoneMs: completeMs === null ? null : completeMs + 20_000,
    },
    pods: {
      peakDesired: 5,
      peakWithTerminating: 7,
      minReady,
      minServing: minReady,
      peakCpuRequestedMilli: 3500,
      peakByNode: {},
      peakMemoryRequestedBytes: 7 * 1024 ** 3,
    },
    causes,
    drains: [],
    withoutRoom: { onNodes: 0, inQuota: 0 },
    seconds: { failed: [0, failed, 0], ready: [4, minReady, 4], pods: [4, 7, 4] },
    failedSample: causes.map((cause, index) => ({
      rule: cause.rule,
      where: cause.where,
      ordinal: index + 1,
      class: 'refused',
      client: 'client-1',
      clientNode: 'worker-1',
      pod: 'web-1',
      podNode: 'worker-2',
      connection: 'new',
      attempts: 1,
      arrivedMs: 12_345.6,
      endedMs: 12_346,
      story: [{ timeMs: 12_345.6, text: 'a request arrives at client-1 on worker-1' }],
    })),
  };
}
