/**
 * The clients whose every request is followed: most of them by the request loop, as a set from which one can be drawn;
 * those of an overloaded pod by its own queue.
 */
import type { RandomStream } from '../../../kernel/random.ts';
import type { PodIndex } from '../../data-plane.ts';

const NOT_FOLLOWED = -1;
const IN_A_QUEUE = -2;

export class FollowedClients {
  readonly #members: Int32Array;
  readonly #positions: Int32Array;
  /** Those in the set. */
  count = 0;
  /** Those that a pod's own queue follows. */
  queued = 0;
  /** Pods in whose own queue requests wait for a connection. */
  readonly pressed: Set<PodIndex> = new Set();

  constructor(clients: number) {
    this.#members = new Int32Array(clients);
    this.#positions = new Int32Array(clients).fill(NOT_FOLLOWED);
  }

  has(client: number): boolean {
    return this.#positions[client] !== NOT_FOLLOWED;
  }

  /** A member leaves the set for a pod's queue. */
  enqueue(client: number): void {
    this.remove(client);
    this.#positions[client] = IN_A_QUEUE;
    this.queued++;
  }

  /** A client comes back from a pod's queue. */
  dequeue(client: number): void {
    this.add(client);
    this.queued--;
  }

  add(client: number): void {
    this.#positions[client] = this.count;
    this.#members[this.count++] = client;
  }

  remove(client: number): void {
    const position = this.#positions[client] as number;
    const last = this.#members[--this.count] as number;
    this.#members[position] = last;
    this.#positions[last] = position;
    this.#positions[client] = NOT_FOLLOWED;
  }

  /** The member at a position; positions change with every removal. */
  at(position: number): number {
    return this.#members[position] as number;
  }

  /** Any of them, each as likely. */
  pick(random: RandomStream): number {
    return this.at(random.below(this.count));
  }
}
