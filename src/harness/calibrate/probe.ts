/** What a probe works with. Probes run in a namespace of their own, on pods of their own, and never on a scenario's. */
import type { DurationMs } from '../../kernel/time.ts';
import type { RunningCluster } from '../cluster.ts';
import type { AppliedObject, KubernetesClient } from '../kubernetes/client.ts';
import type { Arrivals } from './arrivals.ts';
import type { Pace } from './pace.ts';
import type { Samples } from './samples.ts';

/** The small server that the probes start and stop: it listens at once and exits at once on SIGTERM. */
export interface ProbeWorkload {
  /** Where its container listens. */
  readonly port: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Its image under another name: a kubelet takes it for another one, and starts the container anew. */
  readonly imageAgain: string;
  pod(name: string): AppliedObject;
  deployment(name: string, replicas: number): AppliedObject;
  /** A line of its log: what it says about its own life, and when by its own clock; null for any other line. */
  lifeOf(line: string): { readonly kind: string; readonly epochMs: number } | null;
}

export interface ProbeWorld {
  readonly cluster: RunningCluster;
  readonly client: KubernetesClient;
  readonly arrivals: Arrivals;
  readonly workload: ProbeWorkload;
  /** Filled by the probes, in their order: later ones take off what earlier ones measured. */
  readonly samples: Samples;
  readonly pace: Pace;
  readonly wait: (durationMs: DurationMs) => Promise<void>;
  readonly signal: AbortSignal;
}
