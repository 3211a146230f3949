/** The probe workers of one pod and what their results set in motion (R-POD-9, 12, 15, 19). */
import type { RandomStream } from '../../../kernel/random.ts';
import type { Simulation } from '../../../kernel/simulation.ts';
import { SECOND_MS } from '../../../kernel/time.ts';
import type { Probe } from '../../../scenario/scenario.ts';
import type { ProbeKind } from '../container-runtime.ts';
import type { ProbeResult } from '../probe.machine.ts';
import type { PodContainer } from './container.ts';
import type { ProbeView } from './probe-tick.ts';
import { ProbeWorker, type ProbeParts } from './probe.ts';

export interface PodProbesParts {
  readonly simulation: Simulation;
  readonly containers: readonly PodContainer[];
  readonly view: (container: PodContainer) => ProbeView | null;
  readonly changed: (container: PodContainer, kind: ProbeKind, result: ProbeResult, instance: number) => void;
}

const KINDS: readonly ProbeKind[] = ['startup', 'readiness', 'liveness'];

export class PodProbes {
  readonly #parts: PodProbesParts;
  readonly #workers: ProbeWorker[] = [];

  constructor(parts: PodProbesParts) {
    this.#parts = parts;
    for (const container of parts.containers) {
      if (container.role === 'init') continue;
      const about = this.#about(container);
      for (const kind of KINDS) {
        const probe = probeOf(container, kind);
        if (probe === null) continue;
        const worker = new ProbeWorker({ ...about, kind, probe });
        container.probes.push(worker);
        this.#workers.push(worker);
      }
    }
  }

  start(): void {
    for (const worker of this.#workers) worker.start();
  }

  /** Something that a tick looks at has changed: workers that sleep may have to go on. */
  wake(): void {
    for (const worker of this.#workers) worker.wake();
  }

  /** Takes over running workers, each at a random point of its period. */
  adopt(phase: RandomStream): void {
    for (const container of this.#parts.containers) {
      for (const worker of container.probes) {
        const periodMs = (probeOf(container, worker.kind)?.periodSeconds ?? 1) * SECOND_MS;
        worker.adopt(0, periodMs * phase.unit());
      }
    }
  }

  stop(kinds: readonly ProbeKind[] = KINDS): void {
    for (const container of this.#parts.containers) container.stopProbes(kinds);
  }

  /** What the workers of one container share. */
  #about(container: PodContainer): Omit<ProbeParts, 'kind' | 'probe'> {
    const { simulation, view, changed } = this.#parts;
    return {
      simulation,
      view: () => view(container),
      ask: (kind, probe) => container.ask(kind, probe),
      steady: () => container.answersSteadily,
      changed: (kind, result, instance) => {
        changed(container, kind, result, instance);
      },
    };
  }
}

function probeOf(container: PodContainer, kind: ProbeKind): Probe | null {
  const { startupProbe, readinessProbe, livenessProbe } = container.spec;
  if (kind === 'startup') return startupProbe;
  return kind === 'readiness' ? readinessProbe : livenessProbe;
}
