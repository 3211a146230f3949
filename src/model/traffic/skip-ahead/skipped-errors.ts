/** Tells of requests that nobody followed and that the code answered with an error of its own. */
import type { RandomStream } from '../../../kernel/random.ts';
import type { DurationMs, TimeMs } from '../../../kernel/time.ts';
import type { FailureListener, PodIndex } from '../../data-plane.ts';
import type { TrafficParts } from '../traffic-parts.ts';

export interface SkippedErrors {
  readonly pod: PodIndex;
  readonly count: number;
  /** They ended between these two. */
  readonly fromMs: TimeMs;
  readonly endMs: TimeMs;
  readonly latencyMs: DurationMs;
}

export function reportErrors(
  parts: TrafficParts,
  onFailure: FailureListener,
  random: RandomStream,
  { pod, count, fromMs, endMs, latencyMs }: SkippedErrors,
): void {
  const { traffic, balancers, outcomes } = parts;
  const reusedConnection = traffic.clients.keepAlive;
  const times = Array.from({ length: count }, () => fromMs + random.unit() * (endMs - fromMs)).sort(
    (a, b) => a - b,
  );
  for (const endedMs of times) {
    const client = random.below(traffic.clients.count);
    const sentMs = Math.max(fromMs, endedMs - latencyMs);
    outcomes.failed('http-5xx', sentMs, reusedConnection, 1);
    onFailure({
      class: 'http-5xx',
      mechanism: 'application-error',
      client,
      clientNode: client % balancers.length,
      pod,
      reusedConnection,
      connectionOpenedMs: sentMs,
      attempts: 1,
      arrivedMs: sentMs,
      sentMs,
      endedMs,
      queuedMs: 0,
    });
  }
}
