/** The life of each pod of a run, from the record's timeline: its states, its listener, and who sends to it. */
import type { SettledPod } from '../model/simulate.ts';
import type { TimelineEvent } from '../record.ts';

/** What a pod object is doing; `gone` once it is removed. */
export type PodState = 'pending' | 'starting' | 'ready' | 'unready' | 'terminating' | 'gone';

/** From `fromMs` until the next step. */
export interface Step<T> {
  readonly fromMs: number;
  readonly value: T;
}

export interface PodView {
  readonly name: string;
  /** The ReplicaSet or Job that it belongs to: its name without the last part. */
  readonly owner: string;
  /** null: no node has it. */
  readonly node: string | null;
  readonly states: readonly Step<PodState>[];
  /** Whether connections are accepted. */
  readonly listening: readonly Step<boolean>[];
  /** Whether a node's proxy sends new connections to it, by node. */
  readonly listedOn: Readonly<Record<string, readonly Step<boolean>[]>>;
  /** What happened to its process, as short text. */
  readonly notes: readonly Step<string>[];
}

interface Draft {
  readonly name: string;
  readonly owner: string;
  node: string | null;
  readonly states: Step<PodState>[];
  readonly listening: Step<boolean>[];
  readonly listedOn: Record<string, Step<boolean>[]>;
  readonly notes: Step<string>[];
}

/** Pods that serve or belong to a ReplicaSet, in the order in which the timeline first names them; those of Jobs are left out. */
export function podViews(
  timeline: readonly TimelineEvent[],
  settled: readonly SettledPod[],
): readonly PodView[] {
  const drafts = new Map(settled.map((pod) => [pod.name, settledDraft(pod)]));
  const replicaSets = new Set(
    timeline.flatMap(({ kind, object }) =>
      kind === 'replica-set-scaled' ? [object.slice('replicaset/'.length)] : [],
    ),
  );
  for (const event of timeline) {
    if (!event.object.startsWith('pod/')) continue;
    const name = event.object.slice('pod/'.length);
    let draft = drafts.get(name);
    if (draft === undefined) {
      draft = draftOf(name);
      drafts.set(name, draft);
    }
    note(draft, event);
  }
  return [...drafts.values()].filter(
    ({ owner, listening }) => replicaSets.has(owner) || listening.length > 0,
  );
}

function draftOf(name: string): Draft {
  return {
    name,
    owner: name.replace(/-[^-]*$/u, ''),
    node: null,
    states: [],
    listening: [],
    listedOn: {},
    notes: [],
  };
}

/** A pod of the settled state has been Ready for long, unless no node had room for it. */
function settledDraft({ name, node }: SettledPod): Draft {
  const state: PodState = node === null ? 'pending' : 'ready';
  return { ...draftOf(name), node, states: [{ fromMs: Number.NEGATIVE_INFINITY, value: state }] };
}

function note(pod: Draft, { kind, timeMs: fromMs, node, detail }: TimelineEvent): void {
  const become = (value: PodState): void => {
    const last = pod.states.at(-1)?.value;
    // A terminating pod stays one whatever its probes say.
    if (last === value || (last === 'terminating' && value !== 'gone')) return;
    pod.states.push({ fromMs, value });
  };
  switch (kind) {
    case 'pod-created':
      become('pending');
      return;
    case 'pod-scheduled':
      pod.node = node ?? pod.node;
      become('starting');
      return;
    case 'pod-ready':
      become('ready');
      return;
    case 'pod-unready':
      become('unready');
      return;
    case 'pod-terminating':
      become('terminating');
      return;
    case 'pod-gone':
      become('gone');
      return;
    case 'listener-open':
    case 'listener-closed':
      pod.listening.push({ fromMs, value: kind === 'listener-open' });
      return;
    case 'endpoint-listed':
    case 'endpoint-withdrawn':
      if (node !== undefined) (pod.listedOn[node] ??= []).push({ fromMs, value: kind === 'endpoint-listed' });
      return;
    case 'pod-unschedulable':
      pod.notes.push({ fromMs, value: `no node fits${detail === undefined ? '' : `: ${detail}`}` });
      return;
    case 'container-started':
      pod.notes.push({ fromMs, value: 'container started' });
      return;
    case 'container-exited':
      pod.notes.push({ fromMs, value: `container exited${detail === undefined ? '' : ` (${detail})`}` });
      return;
    case 'pod-evicted':
      pod.notes.push({ fromMs, value: 'evicted' });
      return;
    case 'eviction-refused':
      pod.notes.push({ fromMs, value: `eviction refused${detail === undefined ? '' : `: ${detail}`}` });
      return;
    case 'signal':
      pod.notes.push({ fromMs, value: `SIG${detail ?? 'TERM'} received` });
      return;
    case 'sigkill':
      pod.notes.push({ fromMs, value: 'SIGKILL' });
      return;
    default:
  }
}

/** The step that holds at an instant; null before the first. */
export function stepAt<T>(steps: readonly Step<T>[], timeMs: number): Step<T> | null {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((steps[middle] as Step<T>).fromMs <= timeMs) low = middle + 1;
    else high = middle;
  }
  return steps[low - 1] ?? null;
}
