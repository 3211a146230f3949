/** Puts a replay's record together from what was seen: the same form as a simulated one. */
import type { TimeMs } from '../../kernel/time.ts';
import { RECORD_SCHEMA, type Measurement, type RunRecord, type TimelineEvent } from '../../record.ts';
import type { Resources, Scenario } from '../../scenario/scenario.ts';
import type { InjectedFault } from '../chaos/fault-log.ts';
import { MeasuredAttribution } from './attribution.ts';
import { explainFailures } from './failures.ts';
import { objectEvents } from './object-events.ts';
import type { Observation } from './observation.ts';
import { podCourse } from './pod-course.ts';
import { podEvents } from './pod-events.ts';
import { podHistories } from './pod-history.ts';
import { rolloutResult } from './rollout-result.ts';
import { subjectOf } from './subject.ts';
import type { BaselineTraffic, TrafficRecorder } from './traffic-recorder.ts';

export const BIN_MS = 100;

export interface RecordInput {
  /** As it was replayed, its rate scaled to the machine. */
  readonly scenario: Scenario;
  readonly seed: number;
  readonly observation: Observation;
  readonly faults: readonly InjectedFault[];
  readonly traffic: TrafficRecorder;
  /** Offered from time 0 on and never ended. */
  readonly inFlight: number;
  /** When the watching ended. */
  readonly endedMs: TimeMs;
  readonly scenarioNode: (liveName: string) => string;
  /** Says how it was measured, of what the baseline showed. */
  readonly measure: (baseline: BaselineTraffic) => Measurement;
}

export function recordOf(input: RecordInput): RunRecord {
  const { scenario, seed, observation, scenarioNode, traffic, inFlight, measure } = input;
  const endMs = recordEndMs(input);
  const subject = subjectOf(scenario);
  const service = subject.service?.name ?? null;
  const deployment = subject.deployment?.name ?? null;
  const timeline = timelineOf(observation, service, scenarioNode);
  const course = podCourse({
    ...observation,
    deployment,
    service,
    requests: requestsOf(subject.deployment?.template.containers.map(({ requests }) => requests) ?? []),
    scenarioNode,
    binMs: BIN_MS,
    endMs,
  });
  const measured = traffic.finish(endMs, inFlight);
  const histories = podHistories(timeline);
  const attribution = new MeasuredAttribution({
    scenario,
    subject,
    histories,
    faults: input.faults,
    readyEndpointsAt: (timeMs) => course.series.readyEndpoints[Math.floor(timeMs / BIN_MS)] ?? 0,
  });
  const { causes, sample } = explainFailures(
    measured.failed,
    (request) => attribution.causeOf(request),
    histories,
  );
  return {
    schema: RECORD_SCHEMA,
    source: 'measured',
    scenario: { name: scenario.name, digest: scenario.digest },
    seed,
    engine: 'cluster',
    accuracy: null,
    profile: scenario.profile.name,
    startMs: 0,
    endMs,
    timeline,
    series: { binMs: BIN_MS, ...measured.series, ...course.series },
    totals: measured.totals,
    rollout: rolloutResult(timeline, deployment, course.lives),
    pods: course.figures,
    causes,
    failedSample: sample,
    measurement: measure(measured.baseline),
  };
}

/** Whole bins that hold the last request's end. */
function recordEndMs({ endedMs, traffic }: RecordInput): TimeMs {
  const watched = Math.ceil(Math.max(0, endedMs) / BIN_MS) * BIN_MS;
  return Math.max(watched, traffic.lastBinEndMs, BIN_MS);
}

function timelineOf(
  observation: Observation,
  service: string | null,
  scenarioNode: (liveName: string) => string,
): readonly TimelineEvent[] {
  return [
    ...podEvents(observation, scenarioNode),
    ...objectEvents(observation, service, scenarioNode),
    ...observation.notes,
  ].sort((a, b) => a.timeMs - b.timeMs);
}

function requestsOf(containers: readonly Resources[]): Resources {
  return containers.reduce(
    (sum, { cpuMilli, memoryBytes }) => ({
      cpuMilli: sum.cpuMilli + cpuMilli,
      memoryBytes: sum.memoryBytes + memoryBytes,
    }),
    { cpuMilli: 0, memoryBytes: 0 },
  );
}
