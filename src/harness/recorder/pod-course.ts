/** How many pods there were, in which phase, and how many served: the record's series and extremes from time 0 on. */
import type { TimeMs } from '../../kernel/time.ts';
import { POD_PHASES, type PodFigures, type PodPhaseName, type Series } from '../../record.ts';
import type { Resources } from '../../scenario/scenario.ts';
import { controllerOf, hasCondition, type LivePod } from '../kubernetes/live-objects.ts';
import { changesOf, type Observation, type ObservedChange } from './observation.ts';
import { isOfService, readyPods } from './object-events.ts';
import { StepSeries } from './step-series.ts';

export interface PodCourseInput extends Pick<Observation, 'changes' | 'life' | 'proxies'> {
  /** The Deployment under test; null: none. */
  readonly deployment: string | null;
  readonly service: string | null;
  /** What one of its pods asks for in the scenario; a replay asks for what fits the machine. */
  readonly requests: Resources;
  readonly scenarioNode: (liveName: string) => string;
  readonly binMs: number;
  readonly endMs: TimeMs;
}

/** One pod of the Deployment under test, from its creation to its removal. */
export interface PodLife {
  readonly name: string;
  readonly templateHash: string;
  readonly createdMs: TimeMs;
  goneMs: TimeMs | null;
}

export interface PodCourse {
  readonly series: Pick<Series, 'readyEndpoints' | 'servingPods' | 'podsByPhase'>;
  readonly figures: PodFigures;
  readonly lives: readonly PodLife[];
}

interface Step {
  readonly timeMs: TimeMs;
  readonly take: () => void;
}

export function podCourse(input: PodCourseInput): PodCourse {
  const counting = new Counting(input);
  const steps = counting.steps().sort((a, b) => a.timeMs - b.timeMs);
  for (const { timeMs, take } of steps) {
    if (timeMs > input.endMs) break;
    take();
    counting.settle(timeMs);
  }
  return counting.finish();
}

interface Footprint {
  readonly phase: PodPhaseName;
  readonly wasReady: boolean;
  readonly node: string | null;
}

class Counting {
  readonly #input: PodCourseInput;
  readonly #phases: Record<PodPhaseName, StepSeries>;
  readonly #readyEndpoints: StepSeries;
  readonly #serving: StepSeries;
  readonly #pods = new Map<string, Footprint>();
  readonly #lives = new Map<string, PodLife>();
  readonly #desired = new Map<string, number>();
  readonly #endpoints = new Map<string, readonly string[]>();
  readonly #listening = new Set<string>();
  /** Nodes whose proxy still sends to a pod that the API has withdrawn. */
  readonly #lateProxies = new Map<string, Set<string>>();
  readonly #peakByNode: Record<string, number> = {};
  #figures: Omit<PodFigures, 'peakByNode'> | null = null;

  constructor(input: PodCourseInput) {
    this.#input = input;
    this.#phases = byPhase(() => new StepSeries(input.binMs));
    this.#readyEndpoints = new StepSeries(input.binMs);
    this.#serving = new StepSeries(input.binMs);
  }

  steps(): Step[] {
    const { changes, life, proxies } = this.#input;
    return [
      ...changesOf(changes, 'ReplicaSet').map((change) => this.#step(change, () => this.#scaled(change))),
      ...changesOf(changes, 'Pod').map((change) => this.#step(change, () => this.#podChanged(change))),
      ...changesOf(changes, 'EndpointSlice').map((change) =>
        this.#step(change, () => this.#endpointsChanged(change)),
      ),
      ...life.map((event) =>
        this.#step(event, () => {
          if (event.kind === 'listening') this.#listening.add(event.pod);
          else if (event.kind !== 'sigterm') this.#listening.delete(event.pod);
        }),
      ),
      ...proxies.map((event) =>
        this.#step(event, () => {
          const late = this.#lateProxies.get(event.pod) ?? new Set();
          if (event.listed) late.add(event.node);
          else late.delete(event.node);
          this.#lateProxies.set(event.pod, late);
        }),
      ),
    ];
  }

  #step({ timeMs }: { readonly timeMs: TimeMs }, take: () => void): Step {
    return { timeMs, take };
  }

  #scaled({ after, before }: Extract<ObservedChange, { kind: 'ReplicaSet' }>): void {
    const replicaSet = after ?? before;
    if (replicaSet === null || controllerOf(replicaSet, 'Deployment') !== this.#input.deployment) return;
    if (after === null) this.#desired.delete(replicaSet.metadata.name);
    else this.#desired.set(replicaSet.metadata.name, after.spec.replicas ?? 1);
  }

  #podChanged({ timeMs, after, before }: Extract<ObservedChange, { kind: 'Pod' }>): void {
    const pod = after ?? before;
    if (pod === null || !this.#belongs(pod)) return;
    const { name, labels = {} } = pod.metadata;
    const life = this.#lives.get(name);
    if (after === null) {
      this.#pods.delete(name);
      this.#listening.delete(name);
      if (life !== undefined) life.goneMs = timeMs;
      return;
    }
    if (life === undefined) {
      const templateHash = labels['pod-template-hash'] ?? '';
      this.#lives.set(name, { name, templateHash, createdMs: timeMs, goneMs: null });
    }
    const { phase: podPhase } = after.status;
    if (podPhase === 'Succeeded' || podPhase === 'Failed') this.#pods.delete(name);
    else this.#pods.set(name, this.#footprint(after));
  }

  /** The ReplicaSet's name is the Deployment's and the template's hash. */
  #belongs(pod: LivePod): boolean {
    const { deployment } = this.#input;
    const hash = pod.metadata.labels?.['pod-template-hash'];
    return deployment !== null && controllerOf(pod, 'ReplicaSet') === `${deployment}-${hash}`;
  }

  #footprint(pod: LivePod): Footprint {
    const ready = hasCondition(pod.status.conditions, 'Ready');
    const wasReady = ready || (this.#pods.get(pod.metadata.name)?.wasReady ?? false);
    const { nodeName } = pod.spec;
    const node = nodeName === undefined ? null : this.#input.scenarioNode(nodeName);
    return { phase: phaseOf(pod, ready, wasReady), wasReady, node };
  }

  #endpointsChanged({ after, before }: Extract<ObservedChange, { kind: 'EndpointSlice' }>): void {
    const slice = after ?? before;
    if (slice === null || !isOfService(slice, this.#input.service)) return;
    this.#endpoints.set(slice.metadata.name, readyPods(after));
  }

  /** After each step: what counts now. */
  settle(timeMs: TimeMs): void {
    const counts = byPhase(() => 0);
    const onNode = new Map<string, number>();
    for (const { phase, node } of this.#pods.values()) {
      counts[phase] += 1;
      if (node !== null) onNode.set(node, (onNode.get(node) ?? 0) + 1);
    }
    for (const phase of POD_PHASES) this.#phases[phase].set(timeMs, counts[phase]);
    const listed = new Set([...this.#endpoints.values()].flat());
    this.#readyEndpoints.set(timeMs, listed.size);
    const usable = (pod: string): boolean => listed.has(pod) || (this.#lateProxies.get(pod)?.size ?? 0) > 0;
    const serving = [...this.#listening].filter(usable).length;
    this.#serving.set(timeMs, serving);
    if (timeMs < 0) {
      // Extremes begin with what stands at time 0, which is what stood last before it.
      this.#figures = null;
      for (const node of Object.keys(this.#peakByNode)) delete this.#peakByNode[node];
    }
    const scheduled = [...onNode.values()].reduce((sum, count) => sum + count, 0);
    this.#extend(counts, scheduled, serving);
    for (const [node, count] of onNode) this.#peakByNode[node] = Math.max(this.#peakByNode[node] ?? 0, count);
  }

  #extend(counts: Record<PodPhaseName, number>, scheduled: number, serving: number): void {
    const { requests } = this.#input;
    const desired = [...this.#desired.values()].reduce((sum, replicas) => sum + replicas, 0);
    const all = POD_PHASES.reduce((sum, phase) => sum + counts[phase], 0);
    const earlier = this.#figures;
    this.#figures = {
      peakDesired: Math.max(earlier?.peakDesired ?? 0, desired),
      peakWithTerminating: Math.max(earlier?.peakWithTerminating ?? 0, all),
      minReady: Math.min(earlier?.minReady ?? Number.POSITIVE_INFINITY, counts.ready),
      minServing: Math.min(earlier?.minServing ?? Number.POSITIVE_INFINITY, serving),
      peakCpuRequestedMilli: Math.max(earlier?.peakCpuRequestedMilli ?? 0, scheduled * requests.cpuMilli),
      peakMemoryRequestedBytes: Math.max(
        earlier?.peakMemoryRequestedBytes ?? 0,
        scheduled * requests.memoryBytes,
      ),
    };
  }

  finish(): PodCourse {
    const { endMs } = this.#input;
    const figures = this.#figures ?? NOTHING_SEEN;
    return {
      series: {
        readyEndpoints: this.#readyEndpoints.finish(endMs),
        servingPods: this.#serving.finish(endMs),
        podsByPhase: byPhase((phase) => this.#phases[phase].finish(endMs)),
      },
      figures: { ...figures, peakByNode: this.#peakByNode },
      lives: [...this.#lives.values()],
    };
  }
}

const NOTHING_SEEN: Omit<PodFigures, 'peakByNode'> = {
  peakDesired: 0,
  peakWithTerminating: 0,
  minReady: 0,
  minServing: 0,
  peakCpuRequestedMilli: 0,
  peakMemoryRequestedBytes: 0,
};

function byPhase<T>(make: (phase: PodPhaseName) => T): Record<PodPhaseName, T> {
  return Object.fromEntries(POD_PHASES.map((phase) => [phase, make(phase)])) as Record<PodPhaseName, T>;
}

function phaseOf(pod: LivePod, ready: boolean, wasReady: boolean): PodPhaseName {
  if (pod.metadata.deletionTimestamp !== undefined) return 'terminating';
  if (ready) return 'ready';
  if (pod.spec.nodeName === undefined) return 'pending';
  return wasReady ? 'unready' : 'starting';
}
