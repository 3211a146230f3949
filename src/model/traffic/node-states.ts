/** Which nodes take part in the traffic, and who reaches whom over them (R-NOD-2, R-NOD-9, R-NOD-10). */
import type { NodeIndex, NodeState } from '../data-plane.ts';

export class NodeStates {
  readonly #states: NodeState[];
  #allUp = true;

  constructor(nodes: number) {
    this.#states = Array.from({ length: nodes }, () => 'up');
  }

  get allUp(): boolean {
    return this.#allUp;
  }

  of(node: NodeIndex): NodeState {
    return this.#states[node] ?? 'up';
  }

  set(node: NodeIndex, state: NodeState): void {
    this.#states[node] = state;
    this.#allUp = this.#states.every((each) => each === 'up');
  }

  /** Whether the clients on this node ask for anything. */
  asks(node: NodeIndex): boolean {
    return this.#allUp || this.of(node) === 'up' || this.of(node) === 'cut-off';
  }

  /**
   * Whether a message of a client on one node comes to a pod on the other, and its answer back. What a client that has
   * stopped had sent is left to its end: nobody waits for it, so that it is no failed request.
   */
  reaches(clientNode: NodeIndex, podNode: NodeIndex): boolean {
    if (this.#allUp) return true;
    if (!this.asks(clientNode)) return true;
    if (this.of(podNode) === 'stopped') return false;
    const cutOff = this.of(clientNode) === 'cut-off' || this.of(podNode) === 'cut-off';
    return !cutOff || clientNode === podNode;
  }
}
