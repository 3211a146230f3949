/**
 * Numbers the pods that one owner creates, from 0. The number of a refused creation is used again: the random
 * draws of the pods that do come to life stay the same, however often a quota said no.
 */
export class PodOrdinals {
  readonly #next = new Map<string, number>();
  readonly #returned = new Map<string, number[]>();

  /** @param existing names of the owner's pods when it is first asked for; they end in `-<ordinal>` */
  take(owner: string, existing: () => readonly string[]): number {
    const returned = this.#returned.get(owner)?.shift();
    if (returned !== undefined) return returned;
    const next = this.#next.get(owner) ?? firstFree(existing());
    this.#next.set(owner, next + 1);
    return next;
  }

  /** The owner's pods as they are at first: no later pod takes the name of one of them, even if it is gone by then. */
  begin(owner: string, existing: readonly string[]): void {
    this.#next.set(owner, firstFree(existing));
  }

  giveBack(owner: string, ordinal: number): void {
    const returned = [...(this.#returned.get(owner) ?? []), ordinal];
    this.#returned.set(
      owner,
      returned.toSorted((a, b) => a - b),
    );
  }
}

function firstFree(names: readonly string[]): number {
  return names.reduce((free, name) => Math.max(free, Number(name.slice(name.lastIndexOf('-') + 1)) + 1), 0);
}
