/** The clients whose every request is followed, as a set from which one can be drawn. */
import type { RandomStream } from '../../../kernel/random.ts';

export class FollowedClients {
  readonly #members: Int32Array;
  readonly #positions: Int32Array;
  count = 0;

  constructor(clients: number) {
    this.#members = new Int32Array(clients);
    this.#positions = new Int32Array(clients).fill(-1);
  }

  has(client: number): boolean {
    return (this.#positions[client] as number) >= 0;
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
    this.#positions[client] = -1;
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
