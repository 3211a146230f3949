/** What has happened to each pod so far, for finding out why a request to it failed. Built from the timeline. */
import type { TimeMs } from '../../kernel/time.ts';
import type { TimelineEvent } from '../../record.ts';
import type { Timeline } from '../timeline.ts';

export interface PodHistory {
  readonly events: TimelineEvent[];
  terminatingMs: TimeMs | null;
  /** The first signal that reached process 1 of its current container, whoever sent it. */
  signalledMs: TimeMs | null;
  /** The kubelet's own SIGTERM. */
  sigtermMs: TimeMs | null;
  sigkillMs: TimeMs | null;
  listenerOpenMs: TimeMs | null;
  listenerClosedMs: TimeMs | null;
  exitedMs: TimeMs | null;
}

export class PodHistories {
  /** By the name that the timeline gives the pod. */
  readonly #byObject = new Map<string, PodHistory>();
  /** The same by the pod's own name, which every failed request asks for. */
  readonly #byPod = new Map<string, PodHistory>();

  constructor(timeline: Timeline) {
    timeline.onNote((event) => {
      if (event.object.startsWith('pod/')) this.#note(event);
    });
  }

  of(pod: string): PodHistory {
    let history = this.#byPod.get(pod);
    if (history === undefined) {
      history = this.#of(`pod/${pod}`);
      this.#byPod.set(pod, history);
    }
    return history;
  }

  #of(object: string): PodHistory {
    let history = this.#byObject.get(object);
    if (history === undefined) {
      history = {
        events: [],
        terminatingMs: null,
        signalledMs: null,
        sigtermMs: null,
        sigkillMs: null,
        listenerOpenMs: null,
        listenerClosedMs: null,
        exitedMs: null,
      };
      this.#byObject.set(object, history);
    }
    return history;
  }

  #note(event: TimelineEvent): void {
    const history = this.#of(event.object);
    history.events.push(event);
    switch (event.kind) {
      case 'pod-terminating':
        history.terminatingMs ??= event.timeMs;
        return;
      case 'signal':
        history.signalledMs ??= event.timeMs;
        return;
      case 'sigterm':
        history.sigtermMs ??= event.timeMs;
        return;
      case 'sigkill':
        history.sigkillMs = event.timeMs;
        return;
      case 'listener-open':
        // A restarted container begins a new chapter: what stopped the old process no longer explains anything.
        history.listenerOpenMs = event.timeMs;
        history.listenerClosedMs = null;
        history.signalledMs = null;
        history.sigtermMs = null;
        history.sigkillMs = null;
        history.exitedMs = null;
        return;
      case 'listener-closed':
        history.listenerClosedMs = event.timeMs;
        return;
      case 'container-exited':
        history.exitedMs ??= event.timeMs;
        return;
      default:
    }
  }
}

/** Whether the application was told to stop before the kubelet's own SIGTERM: by its preStop hook (R-SRV-7). */
export function signalledByHook(history: PodHistory): boolean {
  if (history.signalledMs === null) return false;
  return history.sigtermMs === null || history.signalledMs < history.sigtermMs;
}
