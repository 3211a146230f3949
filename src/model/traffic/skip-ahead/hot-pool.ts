/** Which pools a pod's own queue can follow. */
import type { TimeMs } from '../../../kernel/time.ts';
import type { PodIndex } from '../../data-plane.ts';
import { ANSWERED, CLOSED, type Connections } from '../connections.ts';
import type { TrafficParts } from '../traffic-parts.ts';

/** The client closes such a connection as soon as it comes to it. */
export function isGone({ freeMs, goneMs }: Connections, connection: number, nowMs: TimeMs): boolean {
  return (freeMs[connection] as number) <= nowMs && (goneMs[connection] as number) <= nowMs;
}

/** Whether all of a client's pool is on this pod, and nothing goes on in it but that requests are answered or too late. */
export function isOnlyOn(target: PodIndex, parts: TrafficParts, client: number, nowMs: TimeMs): boolean {
  const { connections, agenda } = parts;
  const { phase, pod, each } = connections;
  for (let at = client * each; at < (client + 1) * each; at++) {
    if (phase[at] === CLOSED) continue;
    if (phase[at] !== ANSWERED) return false;
    const failure = agenda.failureOf(at);
    if (failure === undefined) {
      if (pod[at] !== target && !isGone(connections, at, nowMs)) return false;
    } else if (pod[at] !== target) return false;
    else if (failure.mechanism !== 'deadline' && failure.mechanism !== 'overflow') return false;
  }
  return true;
}
