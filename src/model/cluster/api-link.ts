/**
 * What carries calls and watches between the API server and the components of one node. While it is down they wait, as
 * clients try again and watches start over; when the node is lost, so is everything under way.
 */

export class ApiLink {
  #state: 'up' | 'down' | 'lost' = 'up';
  #held: (() => void)[] = [];

  get isLost(): boolean {
    return this.#state === 'lost';
  }

  /** Lets `message` through now, later, or never. */
  pass(message: () => void): void {
    if (this.#state === 'up') message();
    else if (this.#state === 'down') this.#held.push(message);
  }

  cut(): void {
    if (this.#state === 'up') this.#state = 'down';
  }

  restore(): void {
    if (this.#state !== 'down') return;
    this.#state = 'up';
    const held = this.#held;
    this.#held = [];
    for (const message of held) this.pass(message);
  }

  lose(): void {
    this.#state = 'lost';
    this.#held = [];
  }
}
