/** Tells of requests that nobody followed and that the code answered with an error of its own. */
import type { RandomStream } from '../../../kernel/random.ts';
import type { DurationMs, TimeMs } from '../../../kernel/time.ts';
import type { FailureListener, PodIndex } from '../../data-plane.ts';
import { ANSWERED } from '../connections.ts';
import type { TrafficParts } from '../traffic-parts.ts';

export interface SkippedErrors {
  readonly pod: PodIndex;
  readonly count: number;
  /** They ended between these two. */
  readonly fromMs: TimeMs;
  readonly endMs: TimeMs;
  readonly latencyMs: DurationMs;
}

/** Whom such a request can have come from, and since when its connection was open. */
interface Caller {
  readonly client: number;
  /** null: the request opened one for itself. */
  readonly openedMs: TimeMs | null;
}

export function reportErrors(
  parts: TrafficParts,
  onFailure: FailureListener,
  random: RandomStream,
  { pod, count, fromMs, endMs, latencyMs }: SkippedErrors,
): void {
  const { balancers, outcomes } = parts;
  const callers = callersOf(pod, parts, endMs);
  const times = Array.from({ length: count }, () => fromMs + random.unit() * (endMs - fromMs)).sort(
    (a, b) => a - b,
  );
  for (const endedMs of times) {
    const { client, openedMs } = callers[random.below(callers.length)] as Caller;
    const sentMs = Math.max(fromMs, endedMs - latencyMs);
    const reusedConnection = openedMs !== null;
    outcomes.failed('http-5xx', sentMs, reusedConnection, 1);
    onFailure({
      class: 'http-5xx',
      mechanism: 'application-error',
      client,
      clientNode: client % balancers.length,
      pod,
      reusedConnection,
      connectionOpenedMs: Math.min(openedMs ?? sentMs, sentMs),
      attempts: 1,
      arrivedMs: sentMs,
      sentMs,
      endedMs,
      queuedMs: 0,
    });
  }
}

/** Everybody where nobody can be found any more: the pod has changed since. */
function callersOf(pod: PodIndex, parts: TrafficParts, nowMs: TimeMs): readonly Caller[] {
  const { clients } = parts.traffic;
  const all = Array.from({ length: clients.count }, (_, client) => client);
  const callers = clients.keepAlive
    ? connectedTo(pod, parts)
    : all
        .filter((client) => mayOpenTo(pod, client, parts, nowMs))
        .map((client) => ({ client, openedMs: null }));
  if (callers.length > 0) return callers;
  return all.map((client) => ({ client, openedMs: clients.keepAlive ? nowMs : null }));
}

function connectedTo(pod: PodIndex, { connections }: TrafficParts): readonly Caller[] {
  const callers: Caller[] = [];
  for (let at = 0; at < connections.size; at++) {
    if (connections.pod[at] !== pod || connections.phase[at] !== ANSWERED) continue;
    callers.push({ client: connections.clientOf(at), openedMs: connections.openedMs[at] as number });
  }
  return callers;
}

function mayOpenTo(pod: PodIndex, client: number, { balancers }: TrafficParts, nowMs: TimeMs): boolean {
  const balancer = balancers[client % balancers.length];
  if (balancer?.pods.includes(pod) !== true) return false;
  const bound = balancer.affinityOf(client, nowMs);
  return bound < 0 || bound === pod;
}
