/** The life of each pod of a run, from the record's timeline: its states, its listener, and who sends to it. */
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
  /** null: it was there before the run began, and the record does not say where. */
  readonly node: string | null;
  /** When it was created; −∞ for a pod that was there before the run began. */
  readonly createdMs: number;
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
  node: string | null;
  readonly createdMs: number;
  readonly states: Step<PodState>[];
  readonly listening: Step<boolean>[];
  readonly listedOn: Record<string, Step<boolean>[]>;
  readonly notes: Step<string>[];
}

/** Pods that serve or belong to a ReplicaSet, in the order in which the timeline first names them; those of Jobs are left out. */
export function podViews(timeline: readonly TimelineEvent[]): readonly PodView[] {
  const drafts = new Map<string, Draft>();
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
      draft = draftOf(name, event);
      drafts.set(name, draft);
    }
    note(draft, event);
  }
  return [...drafts.values()]
    .map((draft) => ({ ...draft, owner: draft.name.replace(/-[^-]*$/u, '') }))
    .filter(({ owner, listening }) => replicaSets.has(owner) || listening.length > 0);
}

/** A pod whose creation is not told was there before, running and Ready (the settled state before time 0). */
function draftOf(name: string, { kind, timeMs }: TimelineEvent): Draft {
  const created = kind === 'pod-created';
  return {
    name,
    node: null,
    createdMs: created ? timeMs : Number.NEGATIVE_INFINITY,
    states: created ? [] : [{ fromMs: Number.NEGATIVE_INFINITY, value: 'ready' }],
    listening: [],
    listedOn: {},
    notes: [],
  };
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
