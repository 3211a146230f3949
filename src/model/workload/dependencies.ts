/** Services outside the simulated cluster that a workload checks: each is up or down, for all pods alike (R-APP-6). */

export class Dependencies {
  /** How many outages of each are under way. */
  readonly #down = new Map<string, number>();
  readonly #listeners: (() => void)[] = [];

  fail(name: string): void {
    this.#down.set(name, (this.#down.get(name) ?? 0) + 1);
    this.#tell();
  }

  restore(name: string): void {
    const outages = (this.#down.get(name) ?? 0) - 1;
    if (outages > 0) this.#down.set(name, outages);
    else this.#down.delete(name);
    this.#tell();
  }

  anyDown(names: readonly string[]): boolean {
    return this.#down.size > 0 && names.some((name) => this.#down.has(name));
  }

  /** Calls `listener` after each change. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
