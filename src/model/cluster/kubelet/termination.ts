/**
 * Ends every container of a pod (R-POD-18, R-POD-24): all main containers in parallel, sidecars after them in reverse
 * order of their start, all within one grace. Every preStop hook begins at once.
 */
import type { Simulation } from '../../../kernel/simulation.ts';
import { ContainerKill, type KillTarget } from './container-kill.ts';

export interface TerminationParts {
  readonly simulation: Simulation;
  /** In order of their start; `sidecar` ones wait for the others. */
  readonly targets: readonly (KillTarget & { readonly sidecar: boolean })[];
  readonly graceSeconds: number;
  readonly done: () => void;
}

interface Waiter {
  readonly prerequisites: readonly string[];
  readonly ready: () => void;
}

export class Termination {
  readonly #parts: TerminationParts;
  readonly #alive: Set<string>;
  readonly #waiters = new Set<Waiter>();
  readonly #kills: ContainerKill[] = [];
  #over = false;

  constructor(parts: TerminationParts) {
    this.#parts = parts;
    const { targets, simulation, graceSeconds } = parts;
    this.#alive = new Set(targets.map((target) => target.name));
    if (targets.length === 0) {
      this.#finish();
      return;
    }
    targets.forEach((target, position) => {
      const prerequisites = prerequisitesOf(targets, position);
      const waitForTurn =
        prerequisites.length === 0
          ? undefined
          : (ready: () => void): (() => void) => this.#waitFor({ prerequisites, ready });
      const done = (): void => {
        this.#ended(target.name);
      };
      this.#kills.push(new ContainerKill({ simulation, target, graceSeconds, waitForTurn, done }));
    });
  }

  cancel(): void {
    this.#over = true;
    for (const kill of this.#kills) kill.cancel();
  }

  #waitFor(waiter: Waiter): () => void {
    this.#waiters.add(waiter);
    this.#wake();
    return () => {
      this.#waiters.delete(waiter);
    };
  }

  #ended(name: string): void {
    this.#alive.delete(name);
    this.#wake();
    if (this.#alive.size === 0) this.#finish();
  }

  #wake(): void {
    for (const waiter of this.#waiters) {
      if (waiter.prerequisites.some((name) => this.#alive.has(name))) continue;
      this.#waiters.delete(waiter);
      waiter.ready();
    }
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#parts.done();
  }
}

/** Whom a sidecar outlives: every main container and every sidecar that started after it. */
function prerequisitesOf(targets: TerminationParts['targets'], position: number): string[] {
  if (targets[position]?.sidecar !== true) return [];
  return targets.filter((other, index) => !other.sidecar || index > position).map((other) => other.name);
}
