/** Counts measured failures by cause, and keeps a bounded sample of each with its story. */
import type { CauseTotal, FailedRequest, FailureClass } from '../../record.ts';
import type { AttributedFailure } from './attribution.ts';
import { failedStory } from './failed-story.ts';
import type { PodHistory } from './pod-history.ts';
import type { FailedMeasurement } from './traffic-recorder.ts';

const KEPT_PER_CAUSE = 5;

export interface ExplainedFailures {
  /** Most frequent first; ties in order of first occurrence. */
  readonly causes: readonly CauseTotal[];
  readonly sample: readonly FailedRequest[];
}

export function explainFailures(
  failed: readonly FailedMeasurement[],
  causeOf: (request: FailedMeasurement) => AttributedFailure,
  histories: ReadonlyMap<string, PodHistory>,
): ExplainedFailures {
  const totals = new Map<string, { cause: AttributedFailure; failed: number; byClass: ByClass }>();
  const sample: FailedRequest[] = [];
  failed.forEach((request, index) => {
    const cause = causeOf(request);
    const key = `${cause.rule} ${cause.where.map(({ file, line }) => `${file}:${line}`).join(' ')}`;
    const total = totals.get(key) ?? { cause, failed: 0, byClass: {} };
    totals.set(key, total);
    total.failed += 1;
    total.byClass[request.outcome] = (total.byClass[request.outcome] ?? 0) + 1;
    if (total.failed > KEPT_PER_CAUSE) return;
    const history = (cause.pod === null ? undefined : histories.get(cause.pod)) ?? null;
    const podNode = history?.events.find(({ kind }) => kind === 'pod-scheduled')?.node ?? null;
    sample.push(failedStory(index + 1, request, cause, { history, podNode }));
  });
  const causes = [...totals.values()]
    .sort((a, b) => b.failed - a.failed)
    .map(({ cause: { rule, where }, failed: count, byClass }) => ({
      rule,
      where,
      failed: count,
      failedByClass: byClass,
    }));
  return { causes, sample };
}

type ByClass = Partial<Record<FailureClass, number>>;
