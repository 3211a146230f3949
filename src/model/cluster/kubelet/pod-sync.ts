/**
 * One sync of a pod at work (R-POD-5, 6, 24, 27): carries out its kills and then its starts, one after another, and can be
 * abandoned at any point when the pod is to end.
 */
import type { DurationMs } from '../../../kernel/time.ts';
import type { PodObject } from '../objects.ts';
import { ContainerKill } from './container-kill.ts';
import { startContainer } from './container-start.ts';
import type { PodContainer } from './container.ts';
import type { NodeServices } from './node-services.ts';
import type { ContainerToKill, PodActions } from './pod-actions.ts';
import { Termination } from './termination.ts';

export interface PodSyncParts {
  readonly node: NodeServices;
  readonly pod: PodObject;
  readonly containers: readonly PodContainer[];
  readonly actions: PodActions;
  /** @param retryMs null: no error; else how long until a retry may succeed */
  readonly done: (retryMs: DurationMs | null) => void;
}

export class PodSync {
  readonly #parts: PodSyncParts;
  readonly #breakOff: (() => void)[] = [];
  #live = true;
  #retryMs: DurationMs | null = null;

  constructor(parts: PodSyncParts) {
    this.#parts = parts;
  }

  run(): void {
    const { actions } = this.#parts;
    if (actions.killPod) {
      this.#killPod();
      return;
    }
    const steps = [
      ...actions.kill.map((kill) => (next: () => void) => {
        this.#kill(kill, next);
      }),
      ...actions.start.map((name) => (next: () => void) => {
        this.#start(name, next);
      }),
    ];
    this.#step(steps, 0);
  }

  abandon(): void {
    this.#live = false;
    for (const stop of this.#breakOff) stop();
  }

  #step(steps: readonly ((next: () => void) => void)[], index: number): void {
    const step = steps[index];
    if (!this.#live) return;
    if (step === undefined) {
      this.#live = false;
      this.#parts.done(this.#retryMs);
      return;
    }
    step(() => {
      this.#step(steps, index + 1);
    });
  }

  /** R-POD-24: what still runs are sidecars; they end within the pod's own grace. */
  #killPod(): void {
    const { node, pod, containers } = this.#parts;
    const termination = new Termination({
      simulation: node.context.simulation,
      targets: containers.filter((container) => container.running),
      graceSeconds: pod.template.terminationGracePeriodSeconds,
      done: () => {
        this.#step([], 0);
      },
    });
    this.#breakOff.push(() => {
      termination.cancel();
    });
  }

  /** R-POD-27, R-CHX-6: with the whole grace of the pod, or the probe's own. */
  #kill({ name, reason }: ContainerToKill, next: () => void): void {
    const container = this.#container(name);
    const { livenessProbe, startupProbe } = container.spec;
    const probe = reason === 'changed' ? null : reason === 'liveness' ? livenessProbe : startupProbe;
    const kill = new ContainerKill({
      simulation: this.#parts.node.context.simulation,
      target: container,
      graceSeconds:
        probe?.terminationGracePeriodSeconds ?? this.#parts.pod.template.terminationGracePeriodSeconds,
      done: next,
    });
    this.#breakOff.push(() => {
      kill.cancel();
    });
  }

  #start(name: string, next: () => void): void {
    const { node, pod, containers } = this.#parts;
    const parts = {
      node,
      pod,
      container: this.#container(name),
      first: containers.every((container) => container.lastInstance < 0),
      live: () => this.#live,
      onAbandon: (stop: () => void): void => {
        this.#breakOff.push(stop);
      },
    };
    startContainer(parts, (retryMs) => {
      if (retryMs !== null) this.#retryMs = Math.min(retryMs, this.#retryMs ?? retryMs);
      next();
    });
  }

  #container(name: string): PodContainer {
    const container = this.#parts.containers.find((candidate) => candidate.name === name);
    if (container === undefined) throw new Error(`pod ${this.#parts.pod.name} has no container ${name}`);
    return container;
  }
}
