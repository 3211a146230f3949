/** Tells one failed request's whole story as the record shows it: what its pod did, and what the caller saw. */
import type { TimeMs } from '../../kernel/time.ts';
import { UNKNOWN_RULE, type FailedRequest, type TimelineEvent } from '../../record.ts';
import type { AttributedFailure } from './attribution.ts';
import type { PodHistory } from './pod-history.ts';
import type { FailedMeasurement } from './traffic-recorder.ts';

interface Line {
  readonly timeMs: TimeMs;
  readonly text: string;
}

export function failedStory(
  ordinal: number,
  request: FailedMeasurement,
  { rule, where, pod }: AttributedFailure,
  { history, podNode }: { readonly history: PodHistory | null; readonly podNode: string | null },
): FailedRequest {
  const { outcome, client, node, connection, attempts, arrivedMs, endedMs } = request;
  const lines = [...podLines(history, request), ...requestLines(request, pod, rule)];
  return {
    ordinal,
    rule,
    where,
    class: outcome,
    client: `client-${client + 1}`,
    clientNode: node,
    pod,
    podNode,
    connection,
    attempts,
    arrivedMs,
    endedMs,
    story: lines.sort((a, b) => a.timeMs - b.timeMs),
  };
}

function requestLines(request: FailedMeasurement, pod: string | null, rule: string): Line[] {
  const { client, node, sentMs, endedMs, arrivedMs, connection, attempts, outcome } = request;
  const lines: Line[] = [
    { timeMs: arrivedMs, text: `a request is due at client-${client + 1}, which enters at ${node}` },
  ];
  const way = connection === 'new' ? 'on a connection of its own' : 'on a connection used before';
  const attempt = attempts > 1 ? `; this is attempt ${attempts}` : '';
  lines.push({ timeMs: sentMs, text: `it is sent ${way}${attempt}` });
  lines.push({ timeMs: endedMs, text: `it fails: ${outcome}${reached(request.pod, pod)}` });
  if (rule === UNKNOWN_RULE) lines.push({ timeMs: endedMs, text: 'the record does not show why' });
  return lines;
}

function reached(answered: string | null, behind: string | null): string {
  if (answered !== null) return ` from pod ${answered}`;
  return behind === null ? '' : `; pod ${behind} is the one that the record shows behind it`;
}

function podLines(history: PodHistory | null, { endedMs, node }: FailedMeasurement): Line[] {
  if (history === null) return [];
  return history.events.flatMap((event) => {
    // What came after its end explains nothing, but for the withdrawal that came too late.
    if (event.timeMs > endedMs && event.kind !== 'endpoint-withdrawn') return [];
    const text = describe(event, node);
    return text === null ? [] : [{ timeMs: event.timeMs, text: `pod ${history.pod} ${text}` }];
  });
}

function describe(event: TimelineEvent, entrance: string): string | null {
  switch (event.kind) {
    case 'container-started':
      return 'starts its container';
    case 'listener-open':
      return 'opens its listener';
    case 'pod-ready':
      return 'is Ready in the API';
    case 'pod-unready':
      return 'is no longer Ready in the API';
    case 'pod-terminating':
      return 'is deleted (its deletion timestamp is set)';
    case 'signal':
      return `gets SIG${event.detail ?? 'TERM'}`;
    case 'sigkill':
      return 'gets SIGKILL';
    case 'listener-closed':
      return 'closes its listener';
    case 'container-exited':
      return 'has exited';
    case 'endpoint-withdrawn':
      if (event.node === undefined) return 'is withdrawn from its endpoints in the API';
      return event.node === entrance ? `is withdrawn by the proxy of ${entrance}` : null;
    case 'pod-gone':
      return 'is gone';
    default:
      return null;
  }
}
