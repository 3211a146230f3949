/** Tells one failed request's whole story, from what led to it until its end, in times and objects. */
import type { TimeMs } from '../../kernel/time.ts';
import type { Cause, FailedRequest, TimelineEvent } from '../../record.ts';
import type { FailureEvent } from '../data-plane.ts';
import type { ServedPod } from '../workload/app-runtime.ts';
import type { PodHistory } from './pod-history.ts';

export interface Witnesses {
  readonly clientName: (client: number) => string;
  readonly nodeName: (node: number) => string;
  readonly served: ServedPod | undefined;
  /** Of the pod that was reached; null when none was. */
  readonly history: PodHistory | null;
}

/** A failed request kept aside while the run goes on; its story is told when everything is known. */
export interface KeptFailure {
  readonly ordinal: number;
  readonly failure: FailureEvent;
  readonly cause: Cause;
}

export function tellFailedRequest(
  { ordinal, failure, cause }: KeptFailure,
  witnesses: Witnesses,
): FailedRequest {
  const { served } = witnesses;
  return {
    ordinal,
    ...cause,
    class: failure.class,
    client: witnesses.clientName(failure.client),
    clientNode: witnesses.nodeName(failure.clientNode),
    pod: served?.pod.name ?? null,
    podNode: served?.pod.nodeName ?? null,
    connection: failure.reusedConnection ? 'reused' : 'new',
    attempts: failure.attempts,
    arrivedMs: failure.arrivedMs,
    endedMs: failure.endedMs,
    story: tellStory(failure, witnesses),
  };
}

interface Line {
  readonly timeMs: TimeMs;
  readonly text: string;
}

function tellStory(failure: FailureEvent, witnesses: Witnesses): Line[] {
  const lines = [...podLines(failure, witnesses), ...requestLines(failure, witnesses)];
  return lines.sort((a, b) => a.timeMs - b.timeMs);
}

function requestLines(failure: FailureEvent, { clientName, nodeName, served }: Witnesses): Line[] {
  const client = `${clientName(failure.client)} on ${nodeName(failure.clientNode)}`;
  const target = served === undefined ? 'the Service' : `pod ${served.pod.name}`;
  const lines: Line[] = [{ timeMs: failure.arrivedMs, text: `a request arrives at ${client}` }];
  if (failure.reusedConnection) {
    lines.push({ timeMs: failure.connectionOpenedMs, text: `${client} opens the connection to ${target}` });
    lines.push({ timeMs: failure.sentMs, text: `it is sent to ${target} on that kept-alive connection` });
  } else if (failure.class === 'request-timeout' && failure.connectionOpenedMs === failure.endedMs) {
    const why =
      served === undefined ? 'is busy' : `waits for ${target}, or serves what has queued up meanwhile`;
    lines.push({ timeMs: failure.arrivedMs, text: `it waits: every connection of its client ${why}` });
  } else {
    const picked = served === undefined ? 'none' : target;
    lines.push({
      timeMs: failure.connectionOpenedMs,
      text: `${client} opens a new connection; its proxy picks ${picked}`,
    });
  }
  if (failure.attempts > 1)
    lines.push({ timeMs: failure.sentMs, text: `this is attempt ${failure.attempts}` });
  if (failure.queuedMs >= 1) {
    const waited = Math.round(failure.queuedMs);
    lines.push({ timeMs: failure.sentMs, text: `a worker would be free for it after ${waited} ms` });
  }
  lines.push({
    timeMs: failure.endedMs,
    text: `it fails: ${failure.class} (${MECHANISMS[failure.mechanism]})`,
  });
  return lines;
}

const MECHANISMS: Readonly<Record<FailureEvent['mechanism'], string>> = {
  'listener-closed': 'nothing listens on the port any more, or not yet',
  'address-gone': 'the address answers nothing',
  'no-endpoints': 'the proxy has no endpoint to send to',
  'accept-queue-reset': 'the listener closed with the connection still in its accept queue',
  'drain-race': 'the stopping server closed the connection while the request was on its way',
  'idle-race': 'the server closed the idle connection while the request was on its way',
  'in-flight-cut': 'the process ended before the answer',
  deadline: 'no answer before the client’s deadline',
  overflow: 'the server’s queue was full',
  'application-error': 'the application answered an error of its own',
};

function podLines(failure: FailureEvent, { served, history, nodeName }: Witnesses): Line[] {
  if (served === undefined || history === null) return [];
  const clientNode = nodeName(failure.clientNode);
  return history.events.flatMap((event) => {
    // What came after its end explains nothing, but for the withdrawal that came too late.
    if (event.timeMs > failure.endedMs && event.kind !== 'endpoint-withdrawn') return [];
    const text = describe(event, history, clientNode);
    return text === null ? [] : [{ timeMs: event.timeMs, text: `pod ${served.pod.name} ${text}` }];
  });
}

function describe(event: TimelineEvent, history: PodHistory, clientNode: string): string | null {
  switch (event.kind) {
    case 'container-started':
      return 'starts its container';
    case 'listener-open':
      return event.timeMs < 0 ? 'has long been listening' : 'opens its listener';
    case 'pod-ready':
      return 'is Ready in the API';
    case 'pod-unready':
      return 'is no longer Ready in the API';
    case 'pod-terminating':
      return 'is deleted (its deletion timestamp is set)';
    case 'signal':
      return `gets SIG${event.detail ?? 'TERM'}${isFromHook(event, history) ? ' from its preStop hook' : ''}`;
    case 'listener-closed':
      return 'closes its listener';
    case 'container-exited':
      return 'has exited';
    case 'endpoint-withdrawn':
      return event.node === clientNode ? `is withdrawn by the proxy of ${clientNode}` : null;
    case 'pod-gone':
      return 'is gone';
    default:
      return null;
  }
}

/** Whether a signal reached a process that the kubelet had not told to stop: only its preStop hook sends one then. */
function isFromHook(signal: TimelineEvent, { events }: PodHistory): boolean {
  const before = events.slice(0, events.indexOf(signal));
  const begins = before.findLastIndex(({ kind }) => kind === 'listener-open');
  return !before.slice(begins + 1).some(({ kind }) => kind === 'sigterm');
}
