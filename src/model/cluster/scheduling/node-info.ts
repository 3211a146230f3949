/** What the scheduler knows of one node: its size and the pods that hold a part of it (R-SCH-1). */
import { nodeLabels } from '../../../scenario/node-labels.ts';
import type { NodeSpec, PodTemplate, Resources } from '../../../scenario/scenario.ts';
import type { PodObject } from '../objects.ts';
import { requestsOf, requestsWith } from '../pod-resources.ts';

/** What the choice of a node looks at; a pod object and a new pod are both one. */
export type SchedulablePod = Pick<PodObject, 'name' | 'owner' | 'template' | 'deletionMs'>;

/** A container that requests nothing weighs this much when nodes are scored, though it fits anywhere. */
const DEFAULT_CPU_MILLI = 100;
const DEFAULT_MEMORY_BYTES = 200 * 1024 * 1024;

export class NodeInfo {
  readonly spec: NodeSpec;
  /** Labels that a nodeSelector can name. */
  readonly labels: Readonly<Record<string, string>>;
  /** Why no pod may come to it, in the scheduler's own words; null: pods may. */
  closed: string | null;
  /** By ReplicaSet: its pods here that are not terminating. */
  readonly #siblings = new Map<string, number>();
  #podCount = 0;
  #requested: Resources = { cpuMilli: 0, memoryBytes: 0 };
  #weighed: Resources = { cpuMilli: 0, memoryBytes: 0 };

  constructor(spec: NodeSpec, closed: string | null = null) {
    this.spec = spec;
    this.labels = nodeLabels(spec);
    this.closed = closed;
  }

  get podCount(): number {
    return this.#podCount;
  }

  get requested(): Resources {
    return this.#requested;
  }

  /** As `requested`, with defaults for containers that request nothing. */
  get weighed(): Resources {
    return this.#weighed;
  }

  /** Pods of the same ReplicaSet that are not terminating. */
  siblingsOf(pod: SchedulablePod): number {
    return this.#siblings.get(pod.owner.name) ?? 0;
  }

  /** The pod holds its share until its object is gone, terminating or not. */
  add(pod: SchedulablePod): void {
    this.#count(pod, 1);
  }

  /** @param pod as it was added */
  remove(pod: SchedulablePod): void {
    this.#count(pod, -1);
  }

  #count(pod: SchedulablePod, by: 1 | -1): void {
    this.#podCount += by;
    this.#requested = plus(this.#requested, requestsOf(pod.template), by);
    this.#weighed = plus(this.#weighed, weightOf(pod.template), by);
    if (pod.deletionMs === null && pod.owner.kind === 'ReplicaSet') {
      this.#siblings.set(pod.owner.name, this.siblingsOf(pod) + by);
    }
  }
}

const weights = new WeakMap<PodTemplate, Resources>();

export function weightOf(template: PodTemplate): Resources {
  let weight = weights.get(template);
  if (weight === undefined) {
    weight = weigh(template);
    weights.set(template, weight);
  }
  return weight;
}

function weigh(template: PodTemplate): Resources {
  return requestsWith(template, ({ cpuMilli, memoryBytes }) => ({
    cpuMilli: cpuMilli === 0 ? DEFAULT_CPU_MILLI : cpuMilli,
    memoryBytes: memoryBytes === 0 ? DEFAULT_MEMORY_BYTES : memoryBytes,
  }));
}

function plus(a: Resources, b: Resources, times: 1 | -1): Resources {
  return { cpuMilli: a.cpuMilli + times * b.cpuMilli, memoryBytes: a.memoryBytes + times * b.memoryBytes };
}
