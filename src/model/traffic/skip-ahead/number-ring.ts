/** Numbers in a queue, first come first: when requests came that wait, or which connections have something under way. */

export class NumberRing {
  #numbers = new Float64Array(64);
  #head = 0;
  length = 0;

  /** The one that has waited longest; only when there is one. */
  get first(): number {
    return this.#numbers[this.#head] as number;
  }

  clear(): void {
    this.length = 0;
  }

  push(value: number): void {
    if (this.length === this.#numbers.length) this.#grow();
    this.#numbers[(this.#head + this.length++) & (this.#numbers.length - 1)] = value;
  }

  shift(): number {
    const value = this.first;
    this.#head = (this.#head + 1) & (this.#numbers.length - 1);
    this.length--;
    return value;
  }

  #grow(): void {
    const wider = new Float64Array(2 * this.#numbers.length);
    for (let i = 0; i < this.length; i++) {
      wider[i] = this.#numbers[(this.#head + i) & (this.#numbers.length - 1)] as number;
    }
    this.#numbers = wider;
    this.#head = 0;
  }
}
