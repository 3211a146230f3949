/**
 * Runs a lifecycle hook's steps one after another. An exec hook is a process of its container and dies with the
 * container's process 1; a native sleep waits in the kubelet and does not care (R-POD-20, R-POD-21).
 */
import type { EventHandle } from '../../../kernel/event-queue.ts';
import type { Simulation } from '../../../kernel/simulation.ts';
import type { Hook, Signal } from '../../../scenario/scenario.ts';

export interface HookTarget {
  readonly running: boolean;
  signal(signal: Signal): void;
  /** Calls `listener` once when the current process ends; returns how to stop listening. */
  onExit(listener: () => void): () => void;
}

/** @returns how to break it off without a call of `done` */
export function runHook(
  simulation: Simulation,
  hook: Hook,
  target: HookTarget,
  done: () => void,
): () => void {
  let timer: EventHandle | null = null;
  let over = false;
  const stopListening = hook.handler === 'exec' ? target.onExit(end) : null;

  function stop(): void {
    over = true;
    if (timer !== null) simulation.cancel(timer);
    stopListening?.();
  }

  function end(): void {
    if (over) return;
    stop();
    done();
  }

  function step(index: number): void {
    const action = hook.steps[index];
    if (over) return;
    if (action === undefined) {
      end();
    } else if (action.do === 'sleep') {
      timer = simulation.after(action.durationMs, () => {
        step(index + 1);
      });
    } else {
      target.signal(action.signal);
      step(index + 1);
    }
  }

  step(0);
  return stop;
}
