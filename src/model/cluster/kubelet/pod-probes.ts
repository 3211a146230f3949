/** The probe workers of one pod and what their results set in motion (R-POD-9, 12, 15, 19). */
import type { RandomStream } from '../../../kernel/random.ts';
import type { Simulation } from '../../../kernel/simulation.ts';
import { SECOND_MS } from '../../../kernel/time.ts';
import type { Probe } from '../../../scenario/scenario.ts';
import type { ProbeKind } from '../container-runtime.ts';
import type { ProbeResult } from '../probe.machine.ts';
import type { PodContainer } from './container.ts';
import type { ProbeView } from './probe-tick.ts';
import { ProbeWorker } from './probe.ts';

export interface PodProbesParts {
  readonly simulation: Simulation;
  readonly containers: readonly PodContainer[];
  readonly view: (container: PodContainer) => ProbeView | null;
  readonly changed: (container: PodContainer, kind: ProbeKind, result: ProbeResult, instance: number) => void;
}

const KINDS: readonly ProbeKind[] = ['startup', 'readiness', 'liveness'];

export class PodProbes {
  readonly #parts: PodProbesParts;

  constructor(parts: PodProbesParts) {
    this.#parts = parts;
    for (const container of parts.containers) {
      if (container.role === 'init') continue;
      for (const kind of KINDS) {
        const probe = probeOf(container, kind);
        if (probe !== null) container.probes.push(this.#worker(container, kind, probe));
      }
    }
  }

  start(): void {
    for (const { probes } of this.#parts.containers) for (const worker of probes) worker.start();
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

  #worker(container: PodContainer, kind: ProbeKind, probe: Probe): ProbeWorker {
    return new ProbeWorker({
      simulation: this.#parts.simulation,
      kind,
      probe,
      view: () => this.#parts.view(container),
      ask: () => container.ask(kind, probe),
      changed: (result, instance) => {
        this.#parts.changed(container, kind, result, instance);
      },
    });
  }
}

function probeOf(container: PodContainer, kind: ProbeKind): Probe | null {
  const { startupProbe, readinessProbe, livenessProbe } = container.spec;
  if (kind === 'startup') return startupProbe;
  return kind === 'readiness' ? readinessProbe : livenessProbe;
}
