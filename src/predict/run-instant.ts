/** One instant of a run: what every pod does, and what would happen to a request that sets out now. */
import { stepAt, type PodState, type PodView, type Step } from './pod-view.ts';
import type { RunView } from './run-view.ts';

export interface PodInstant {
  readonly pod: PodView;
  readonly state: PodState;
  /** When the state began. */
  readonly sinceMs: number;
  readonly listening: boolean;
  /** Nodes whose proxies send new connections to it. */
  readonly listedOn: readonly string[];
  /** The latest that happened to its process. */
  readonly note: Step<string> | null;
}

/** What becomes of a new connection to a pod that a node's proxy chose. */
export type ConnectionEnd = 'ok' | 'refused' | 'connect-timeout';

/** New connections from one node. */
export interface NodeInstant {
  readonly node: string;
  /** Nobody calls from a node that is down. */
  readonly down: boolean;
  /** Pods that its proxy sends to. */
  readonly listed: number;
  /** Of those, by what a connection would end in. Affinity and load left aside, each is chosen alike (R-KP-6). */
  readonly byEnd: Readonly<Record<ConnectionEnd, number>>;
  /** In [0, 1]; 1 when the node has nobody to send to (R-KP-7). */
  readonly failingShare: number;
}

export interface RunInstant {
  readonly timeMs: number;
  /** Pods that exist. */
  readonly pods: readonly PodInstant[];
  readonly nodes: readonly NodeInstant[];
  /** Mean over the nodes that are up: clients are spread over them evenly. */
  readonly failingShare: number;
}

export function instantOf(view: RunView, timeMs: number): RunInstant {
  const all = view.pods.flatMap((pod) => podInstant(pod, timeMs) ?? []);
  const down = new Set(
    view.nodes.flatMap((node) => (stepAt(node.down, timeMs)?.value === true ? [node.name] : [])),
  );
  const nodes = view.nodes.map(({ name }) => nodeInstant(name, all, down));
  const calling = nodes.filter((node) => !node.down);
  const sum = calling.reduce((total, { failingShare }) => total + failingShare, 0);
  return {
    timeMs,
    pods: all.filter(({ state }) => state !== 'gone'),
    nodes,
    failingShare: calling.length === 0 ? 0 : sum / calling.length,
  };
}

function podInstant(pod: PodView, timeMs: number): PodInstant | null {
  const step = stepAt(pod.states, timeMs);
  if (step === null) return null;
  return {
    pod,
    state: step.value,
    sinceMs: step.fromMs,
    listening: stepAt(pod.listening, timeMs)?.value ?? false,
    listedOn: Object.keys(pod.listedOn).filter(
      (node) => stepAt(pod.listedOn[node] ?? [], timeMs)?.value ?? false,
    ),
    note: stepAt(pod.notes, timeMs),
  };
}

function nodeInstant(node: string, pods: readonly PodInstant[], down: ReadonlySet<string>): NodeInstant {
  if (down.has(node)) {
    return {
      node,
      down: true,
      listed: 0,
      byEnd: { ok: 0, refused: 0, 'connect-timeout': 0 },
      failingShare: 0,
    };
  }
  const byEnd = { ok: 0, refused: 0, 'connect-timeout': 0 };
  for (const pod of pods) if (pod.listedOn.includes(node)) byEnd[endOf(pod, down)]++;
  const listed = byEnd.ok + byEnd.refused + byEnd['connect-timeout'];
  return { node, down: false, listed, byEnd, failingShare: listed === 0 ? 1 : 1 - byEnd.ok / listed };
}

/** R-CLI-6: a port without a listener refuses; an address that nobody has any more, or a dead node, is silent. */
function endOf({ pod, listening, state }: PodInstant, down: ReadonlySet<string>): ConnectionEnd {
  if (state === 'gone' || (pod.node !== null && down.has(pod.node))) return 'connect-timeout';
  return listening ? 'ok' : 'refused';
}
