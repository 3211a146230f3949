/**
 * Kills one container (R-POD-18): preStop for at most the grace, then its turn among the sidecars, then SIGTERM, then
 * SIGKILL when what is left of the grace, at least 2 s, has passed. What the container does by itself may end it early.
 */
import type { EventHandle } from '../../../kernel/event-queue.ts';
import type { Simulation } from '../../../kernel/simulation.ts';
import { SECOND_MS } from '../../../kernel/time.ts';
import type { Hook } from '../../../scenario/scenario.ts';
import { runHook, type HookTarget } from './hook.ts';
import { wholeSeconds } from './whole-seconds.ts';

/** R-SUR-12: between SIGTERM and SIGKILL, whatever the hook has used up. */
const MINIMUM_GRACE_SECONDS = 2;

export interface KillTarget extends HookTarget {
  readonly name: string;
  readonly preStop: Hook | null;
  /** The kubelet's own signals; a second SIGTERM to the same process is not sent. */
  sendSigterm(): void;
  sendSigkill(): void;
}

export interface KillParts {
  readonly simulation: Simulation;
  readonly target: KillTarget;
  readonly graceSeconds: number;
  /** R-POD-24: calls back when it is this container's turn, at once for all but sidecars; returns how to stop waiting. */
  readonly waitForTurn?: ((ready: () => void) => () => void) | undefined;
  readonly done: () => void;
}

export class ContainerKill {
  readonly #parts: KillParts;
  readonly #releases: (() => void)[] = [];
  #leftSeconds: number;
  #over = false;

  constructor(parts: KillParts) {
    this.#parts = parts;
    this.#leftSeconds = parts.graceSeconds;
    if (parts.target.running) this.#runPreStop();
    else this.#finish();
  }

  /** Breaks it off; signals already sent stay sent. */
  cancel(): void {
    this.#over = true;
    for (const release of this.#releases) release();
  }

  #runPreStop(): void {
    const { simulation, target } = this.#parts;
    const hook = target.preStop;
    if (hook === null || this.#leftSeconds <= 0) {
      this.#takeTurn();
      return;
    }
    this.#waitAtMost(
      (ready) => runHook(simulation, hook, target, ready),
      () => {
        this.#takeTurn();
      },
    );
  }

  #takeTurn(): void {
    const { waitForTurn } = this.#parts;
    if (waitForTurn === undefined || this.#leftSeconds <= 0) {
      this.#terminate();
      return;
    }
    this.#waitAtMost(waitForTurn, () => {
      this.#terminate();
    });
  }

  /** Waits for `begin` to call back, for at most the grace that is left, and takes the whole seconds off it. */
  #waitAtMost(begin: (ready: () => void) => () => void, then: () => void): void {
    const { simulation } = this.#parts;
    const startMs = simulation.nowMs;
    let timer: EventHandle | null = null;
    let waiting = true;
    const proceed = (): void => {
      if (!waiting || this.#over) return;
      waiting = false;
      if (timer !== null) simulation.cancel(timer);
      this.#leftSeconds -= wholeSeconds(simulation.nowMs - startMs);
      then();
    };
    timer = simulation.after(this.#leftSeconds * SECOND_MS, proceed);
    this.#releases.push(() => {
      if (timer !== null) simulation.cancel(timer);
    });
    this.#releases.push(begin(proceed));
  }

  #terminate(): void {
    const { simulation, target } = this.#parts;
    if (!target.running) {
      this.#finish();
      return;
    }
    const leftSeconds = Math.max(this.#leftSeconds, MINIMUM_GRACE_SECONDS);
    const timer = simulation.after(leftSeconds * SECOND_MS, () => {
      target.sendSigkill();
    });
    const stopListening = target.onExit(() => {
      simulation.cancel(timer);
      this.#finish();
    });
    this.#releases.push(() => simulation.cancel(timer), stopListening);
    target.sendSigterm();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    for (const release of this.#releases) release();
    this.#parts.done();
  }
}
