/**
 * What the scheduler takes the nodes to hold: the pods of its own cache, and those that it has given a node and whose
 * binding is not in that cache yet (R-SCH-1). Kept up to date pod by pod, as each decision looks at every node.
 */
import type { NodeSpec } from '../../../scenario/scenario.ts';
import type { NodeObject, PodObject } from '../objects.ts';
import { isTerminalPhase } from '../replica-set/pod-filters.ts';
import { reasonClosed } from './filter-node.ts';
import { NodeInfo } from './node-info.ts';

export class SchedulerCache {
  /** In the cluster's order. */
  readonly #nodes: readonly NodeInfo[];
  readonly #byName: ReadonlyMap<string, NodeInfo>;
  readonly #pods = new Map<string, PodObject>();
  /** Where each pod is counted, and as what. */
  readonly #counted = new Map<string, { readonly node: NodeInfo; readonly pod: PodObject }>();
  /** The node that a pod is taken to have. */
  readonly #assumed = new Map<string, string>();

  constructor(nodes: readonly NodeSpec[]) {
    this.#nodes = nodes.map((spec) => new NodeInfo(spec));
    this.#byName = new Map(this.#nodes.map((node) => [node.spec.name, node]));
  }

  /** The pod as the cache has it now; null: it is gone. */
  podChanged(name: string, pod: PodObject | null): void {
    if (pod === null) this.#pods.delete(name);
    else this.#pods.set(name, pod);
    this.#place(name);
  }

  assume(name: string, node: string): void {
    this.#assumed.set(name, node);
    this.#place(name);
  }

  /** The cache shows the pod's node, or the pod will not have it. */
  forget(name: string): void {
    if (this.#assumed.delete(name)) this.#place(name);
  }

  isAssumed(name: string): boolean {
    return this.#assumed.has(name);
  }

  /** @param find a node as it is known now */
  nodes(find: (name: string) => NodeObject | undefined): readonly NodeInfo[] {
    for (const info of this.#nodes) {
      const node = find(info.spec.name);
      info.closed = node === undefined ? null : reasonClosed(node);
    }
    return this.#nodes;
  }

  /** A terminating pod still holds its share, a finished one nothing. */
  #place(name: string): void {
    const pod = this.#pods.get(name);
    const nodeName = this.#assumed.get(name) ?? pod?.nodeName ?? null;
    const holds = pod !== undefined && nodeName !== null && !isTerminalPhase(pod.phase);
    const node = holds ? this.#byName.get(nodeName) : undefined;
    const before = this.#counted.get(name);
    if (before !== undefined && before.node === node && sameShare(before.pod, pod)) return;
    if (before !== undefined) {
      before.node.remove(before.pod);
      this.#counted.delete(name);
    }
    if (pod === undefined || node === undefined) return;
    node.add(pod);
    this.#counted.set(name, { node, pod });
  }
}

function sameShare(a: PodObject, b: PodObject | undefined): boolean {
  return b !== undefined && a.template === b.template && (a.deletionMs === null) === (b.deletionMs === null);
}
