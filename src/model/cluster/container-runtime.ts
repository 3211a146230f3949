/**
 * What a kubelet can do to the processes of a pod and ask of them. The world supplies it: behind it stand the
 * workload's behaviour and, for the container that serves the traffic, the traffic engine.
 */
import type { Container, Probe, Signal } from '../../scenario/scenario.ts';
import type { DurationMs } from '../../kernel/time.ts';
import type { PodObject } from './objects.ts';

export type ProbeKind = 'startup' | 'readiness' | 'liveness';

/** What a probe of a running process met, and how long the answer took (a refused connection answers at once). */
export interface ProbeAnswer {
  readonly success: boolean;
  readonly latencyMs: DurationMs;
}

export interface ContainerProcess {
  /** Asking changes nothing, however often it is done. */
  probe(kind: ProbeKind, probe: Probe): ProbeAnswer;
  /**
   * Takes the one listener that is to be called after every change of what `probe` answers, be it the success or the
   * latency: probe workers whose answers would only repeat themselves ask again then. A process without this method is
   * asked at every tick.
   */
  onAnswersChanged?(listener: () => void): void;
  /** Delivers a signal to process 1; it reacts after its own time. `KILL` ends it at once. */
  signal(signal: Signal): void;
}

export interface ContainerRuntime {
  /** The pod's sandbox and address are up. */
  addressAssigned(pod: PodObject): void;
  /** The pod's sandbox is gone; its address answers nothing any more. */
  addressReleased(pod: PodObject): void;
  /**
   * Starts a container's process; `exited` is called once, when it ends for whatever reason.
   * @param restart how often this container was started before
   */
  start(
    pod: PodObject,
    container: Container,
    restart: number,
    exited: (exitCode: number) => void,
  ): ContainerProcess;
  /** The same for a process of the settled state: it has been up for long. */
  adopt(pod: PodObject, container: Container, exited: (exitCode: number) => void): ContainerProcess;
}
