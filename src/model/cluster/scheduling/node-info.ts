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
  /** Why no pod may come to it, in the scheduler's own words; null: pods may. */
  readonly closed: string | null;
  readonly pods: SchedulablePod[] = [];
  #requested: Resources = { cpuMilli: 0, memoryBytes: 0 };
  #weighed: Resources = { cpuMilli: 0, memoryBytes: 0 };

  constructor(spec: NodeSpec, closed: string | null = null) {
    this.spec = spec;
    this.closed = closed;
  }

  get requested(): Resources {
    return this.#requested;
  }

  /** As `requested`, with defaults for containers that request nothing. */
  get weighed(): Resources {
    return this.#weighed;
  }

  /** The pod holds its share until its object is gone, terminating or not. */
  add(pod: SchedulablePod): void {
    this.pods.push(pod);
    this.#requested = plus(this.#requested, requestsOf(pod.template));
    this.#weighed = plus(this.#weighed, weightOf(pod.template));
  }

  /** Labels that a nodeSelector can name. */
  get labels(): Readonly<Record<string, string>> {
    return nodeLabels(this.spec);
  }
}

export function weightOf(template: PodTemplate): Resources {
  return requestsWith(template, ({ cpuMilli, memoryBytes }) => ({
    cpuMilli: cpuMilli === 0 ? DEFAULT_CPU_MILLI : cpuMilli,
    memoryBytes: memoryBytes === 0 ? DEFAULT_MEMORY_BYTES : memoryBytes,
  }));
}

function plus(a: Resources, b: Resources): Resources {
  return { cpuMilli: a.cpuMilli + b.cpuMilli, memoryBytes: a.memoryBytes + b.memoryBytes };
}
