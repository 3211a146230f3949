/** Names of pods as small numbers, told to whoever reads them once each. */

export class PodNames {
  readonly #positions = new Map<string, number>();
  #new: string[] = [];

  /** From 1 on, in the order of first sight. */
  positionOf(name: string): number {
    const known = this.#positions.get(name);
    if (known !== undefined) return known;
    const position = this.#positions.size + 1;
    this.#positions.set(name, position);
    this.#new.push(name);
    return position;
  }

  /** Those seen since the last call. */
  takeNew(): readonly string[] {
    const names = this.#new;
    this.#new = [];
    return names;
  }
}
