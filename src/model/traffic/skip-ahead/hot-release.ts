/** What a pod's own queue knows of a request under way, handed to the request loop that follows it from then on. */
import type { TimeMs } from '../../../kernel/time.ts';
import { SENT } from '../connections.ts';
import type { TrafficParts } from '../traffic-parts.ts';
import { ENDS } from './hot-ends.ts';

/** @param end how the request on it will end, at the time at which the connection is free */
export function releaseBusy({ connections, agenda }: TrafficParts, connection: number, end: number): void {
  const freeMs = connections.freeMs[connection] as number;
  const failure = ENDS[end];
  if (failure === undefined) {
    connections.answerAt(connection, freeMs);
    return;
  }
  agenda.failAt(freeMs, connection, failure);
  connections.freeMs[connection] = Number.POSITIVE_INFINITY;
}

/** The SYN is under way, or the request behind it. */
export function releaseOpening(parts: TrafficParts, connection: number, nowMs: TimeMs): void {
  const { connections, wire, handshakes, oneWayMs } = parts;
  const sentMs = connections.sentMs[connection] as number;
  connections.freeMs[connection] = Number.POSITIVE_INFINITY;
  const synReachesMs = sentMs - oneWayMs;
  if (synReachesMs > nowMs) {
    connections.used[connection] = 0;
    wire.insert(synReachesMs, connection);
    return;
  }
  connections.phase[connection] = SENT;
  handshakes.insert(sentMs + oneWayMs, connection);
}
