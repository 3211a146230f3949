/**
 * Watches every stored change of pods, ReplicaSets and slices and keeps the record's series and extremes of the
 * Deployment under test, exactly: not sampled.
 */
import type { TimeMs } from '../../kernel/time.ts';
import { POD_PHASES, type PodFigures, type PodPhaseName, type Series } from '../../record.ts';
import type { ApiServer } from '../cluster/api-server.ts';
import {
  isTerminating,
  type EndpointSliceObject,
  type Kind,
  type ObjectsByKind,
  type PodObject,
  type ReplicaSetObject,
} from '../cluster/objects.ts';
import { requestsOf } from '../cluster/pod-resources.ts';
import { StepSeries } from './step-series.ts';

export interface PodRecorderParts {
  readonly api: ApiServer;
  readonly now: () => TimeMs;
  readonly deployment: string | null;
  readonly service: string | null;
  readonly binMs: number;
}

/** One pod of the Deployment under test, from its creation to its removal. */
export interface PodLife {
  readonly name: string;
  readonly templateHash: string;
  goneMs: TimeMs | null;
}

/** What one pod adds to the counts. */
interface Footprint {
  readonly phase: PodPhaseName;
  readonly wasReady: boolean;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly nodeName: string | null;
}

type Extremes = Omit<PodFigures, 'peakByNode'>;
type PodSeries = Pick<Series, 'readyEndpoints' | 'servingPods' | 'podsByPhase'>;

export class PodRecorder {
  readonly #parts: PodRecorderParts;
  readonly #phases: Record<PodPhaseName, StepSeries>;
  readonly #counts: Record<PodPhaseName, number> = countsByPhase(() => 0);
  readonly #counted = new Map<string, Footprint>();
  readonly #lives = new Map<string, PodLife>();
  readonly #readyEndpoints: StepSeries;
  readonly #serving: StepSeries;
  readonly #usableOn = new Map<string, number>();
  readonly #listening = new Set<string>();
  #readyCount = 0;
  #servingCount = 0;
  readonly #onNode = new Map<string, number>();
  readonly #peakByNode: Record<string, number> = {};
  #cpuMilli = 0;
  #memoryBytes = 0;
  #peaks: Extremes | null = null;

  constructor(parts: PodRecorderParts) {
    this.#parts = parts;
    const series = (): StepSeries => new StepSeries(0, parts.binMs);
    this.#phases = countsByPhase(series);
    this.#readyEndpoints = series();
    this.#serving = series();
    parts.api.observe((object, old) => {
      this.#stored(object, old);
    });
  }

  /** Takes over what is stored at time 0; extremes count from here. */
  begin(): void {
    const { api } = this.#parts;
    for (const pod of api.readAll('Pod').values()) this.#podChanged(pod, null);
    for (const slice of api.readAll('EndpointSlice').values()) this.#endpointsChanged(slice, null);
    this.#serving.set(this.#parts.now(), this.#servingCount);
    this.#peaks = this.#figuresNow();
  }

  /** Pods of the Deployment that are Ready and not terminating, at this instant. */
  get readyPods(): number {
    return this.#counts.ready;
  }

  /** @param pod named as in `usableChanged` */
  listenerChanged(pod: string, open: boolean): void {
    const before = this.#serves(pod);
    if (open) this.#listening.add(pod);
    else this.#listening.delete(pod);
    this.#servingChanged(before, this.#serves(pod));
  }

  /** One node's proxy began (+1) or stopped (−1) sending new connections to the pod. */
  usableChanged(pod: string, by: 1 | -1): void {
    const before = this.#serves(pod);
    const nodes = (this.#usableOn.get(pod) ?? 0) + by;
    if (nodes === 0) this.#usableOn.delete(pod);
    else this.#usableOn.set(pod, nodes);
    this.#servingChanged(before, this.#serves(pod));
  }

  #serves(pod: string): boolean {
    return this.#usableOn.has(pod) && this.#listening.has(pod);
  }

  finish(endMs: TimeMs): { series: PodSeries; figures: PodFigures; lives: PodLife[] } {
    if (this.#peaks === null) throw new Error('the recorder was finished before it began');
    const podsByPhase = countsByPhase((phase) => this.#phases[phase].finish(endMs));
    return {
      series: {
        readyEndpoints: this.#readyEndpoints.finish(endMs),
        servingPods: this.#serving.finish(endMs),
        podsByPhase,
      },
      figures: { ...this.#peaks, peakByNode: this.#peakByNode },
      lives: [...this.#lives.values()],
    };
  }

  #stored(object: ObjectsByKind[Kind] | null, old: ObjectsByKind[Kind] | null): void {
    if (this.#peaks === null) return;
    const kind = (object ?? old)?.kind;
    if (kind === 'Pod') this.#podChanged(object as PodObject | null, old as PodObject | null);
    else if (kind === 'EndpointSlice') {
      this.#endpointsChanged(object as EndpointSliceObject | null, old as EndpointSliceObject | null);
    } else if (kind !== 'ReplicaSet') return;
    this.#updatePeaks();
  }

  #podChanged(pod: PodObject | null, old: PodObject | null): void {
    const name = (pod ?? old)?.name ?? '';
    this.#noteLife(pod, name);
    const before = this.#counted.get(name);
    if (before !== undefined && pod !== null && this.#isSame(pod, before)) return;
    if (before !== undefined) this.#count(before, -1);
    const after = pod === null ? null : this.#footprint(pod, before);
    if (after === null) this.#counted.delete(name);
    else {
      this.#counted.set(name, after);
      this.#count(after, 1);
    }
    const nowMs = this.#parts.now();
    for (const phase of POD_PHASES) this.#phases[phase].set(nowMs, this.#counts[phase]);
  }

  #noteLife(pod: PodObject | null, name: string): void {
    const life = this.#lives.get(name);
    if (pod === null) {
      if (life !== undefined) life.goneMs = this.#parts.now();
    } else if (life === undefined && pod.deployment !== null && pod.deployment === this.#parts.deployment) {
      this.#lives.set(name, { name, templateHash: pod.template.hash, goneMs: null });
    }
  }

  /** Most changes of a pod do not change what it adds. */
  #isSame(pod: PodObject, { phase, wasReady, nodeName }: Footprint): boolean {
    if (hasFinished(pod)) return false;
    return pod.nodeName === nodeName && (wasReady || !pod.ready) && phase === phaseOf(pod, wasReady);
  }

  /** null: not a pod of the Deployment under test, or one that has finished. */
  #footprint(pod: PodObject, before: Footprint | undefined): Footprint | null {
    if (pod.deployment === null || pod.deployment !== this.#parts.deployment) return null;
    if (hasFinished(pod)) return null;
    const wasReady = pod.ready || (before?.wasReady ?? false);
    const requests = pod.nodeName === null ? { cpuMilli: 0, memoryBytes: 0 } : requestsOf(pod.template);
    return { ...requests, phase: phaseOf(pod, wasReady), wasReady, nodeName: pod.nodeName };
  }

  #count({ phase, cpuMilli, memoryBytes, nodeName }: Footprint, by: 1 | -1): void {
    if (nodeName !== null) {
      const onNode = (this.#onNode.get(nodeName) ?? 0) + by;
      this.#onNode.set(nodeName, onNode);
      if (onNode > (this.#peakByNode[nodeName] ?? 0)) this.#peakByNode[nodeName] = onNode;
    }
    this.#counts[phase] += by;
    this.#cpuMilli += by * cpuMilli;
    this.#memoryBytes += by * memoryBytes;
  }

  #endpointsChanged(slice: EndpointSliceObject | null, old: EndpointSliceObject | null): void {
    if ((slice ?? old)?.service !== this.#parts.service) return;
    this.#readyCount += countReady(slice) - countReady(old);
    this.#readyEndpoints.set(this.#parts.now(), this.#readyCount);
  }

  #servingChanged(before: boolean, after: boolean): void {
    if (before === after) return;
    this.#servingCount += after ? 1 : -1;
    this.#serving.set(this.#parts.now(), this.#servingCount);
    this.#updatePeaks();
  }

  #updatePeaks(): void {
    const peaks = this.#peaks;
    if (peaks === null) return;
    const now = this.#figuresNow();
    if (!exceeds(now, peaks)) return;
    this.#peaks = {
      peakDesired: Math.max(peaks.peakDesired, now.peakDesired),
      peakWithTerminating: Math.max(peaks.peakWithTerminating, now.peakWithTerminating),
      minReady: Math.min(peaks.minReady, now.minReady),
      minServing: Math.min(peaks.minServing, now.minServing),
      peakCpuRequestedMilli: Math.max(peaks.peakCpuRequestedMilli, now.peakCpuRequestedMilli),
      peakMemoryRequestedBytes: Math.max(peaks.peakMemoryRequestedBytes, now.peakMemoryRequestedBytes),
    };
  }

  #figuresNow(): Extremes {
    let desired = 0;
    for (const replicaSet of this.#parts.api.readAll('ReplicaSet').values()) {
      if (belongs(replicaSet, this.#parts.deployment)) desired += replicaSet.replicas;
    }
    return {
      peakDesired: desired,
      peakWithTerminating: POD_PHASES.reduce((sum, phase) => sum + this.#counts[phase], 0),
      minReady: this.#counts.ready,
      minServing: this.#servingCount,
      peakCpuRequestedMilli: this.#cpuMilli,
      peakMemoryRequestedBytes: this.#memoryBytes,
    };
  }
}

function exceeds(now: Extremes, peaks: Extremes): boolean {
  return (
    now.peakDesired > peaks.peakDesired ||
    now.peakWithTerminating > peaks.peakWithTerminating ||
    now.minReady < peaks.minReady ||
    now.minServing < peaks.minServing ||
    now.peakCpuRequestedMilli > peaks.peakCpuRequestedMilli ||
    now.peakMemoryRequestedBytes > peaks.peakMemoryRequestedBytes
  );
}

function belongs(replicaSet: ReplicaSetObject, deployment: string | null): boolean {
  return deployment !== null && replicaSet.deployment === deployment;
}

function countReady(slice: EndpointSliceObject | null): number {
  return slice === null ? 0 : slice.endpoints.reduce((sum, endpoint) => sum + (endpoint.ready ? 1 : 0), 0);
}

function countsByPhase<T>(make: (phase: PodPhaseName) => T): Record<PodPhaseName, T> {
  return {
    pending: make('pending'),
    starting: make('starting'),
    ready: make('ready'),
    unready: make('unready'),
    terminating: make('terminating'),
  };
}

function hasFinished({ phase }: PodObject): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

function phaseOf(pod: PodObject, wasReady: boolean): PodPhaseName {
  if (isTerminating(pod)) return 'terminating';
  if (pod.ready) return 'ready';
  if (pod.nodeName === null) return 'pending';
  return wasReady ? 'unready' : 'starting';
}
