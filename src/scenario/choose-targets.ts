/** Which pods a fault hits: those that match, as many of them as its mode says (R-CHX-1, R-CHX-2), chosen once (R-CHX-3). */
import type { RandomStream } from '../kernel/random.ts';
import type { PodTarget } from './fault.ts';

/** What a selector looks at, of a pod of the model as of one of a cluster. */
export interface Selectable {
  readonly name: string;
  readonly phase: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** null: it has none yet. */
  readonly nodeName: string | null;
}

/**
 * @param pods everything stored, in its order
 * @param target with names of nodes as the pods have them
 * @param servedLabels stand where the target names no labels
 */
export function chooseTargets<Pod>(
  pods: Iterable<Pod>,
  selectable: (pod: Pod) => Selectable,
  target: PodTarget,
  servedLabels: Readonly<Record<string, string>>,
  random: RandomStream,
): Pod[] {
  const labels = Object.entries(Object.keys(target.labels).length > 0 ? target.labels : servedLabels);
  const matching = [...pods].filter((pod) => {
    const { name, phase, labels: own, nodeName } = selectable(pod);
    return (
      phase !== 'Succeeded' &&
      phase !== 'Failed' &&
      // An empty selector selects nothing.
      labels.length > 0 &&
      labels.every(([key, value]) => own[key] === value) &&
      (target.nodes.length === 0 || target.nodes.includes(nodeName ?? '')) &&
      (target.pods.length === 0 || target.pods.includes(name))
    );
  });
  return draw(matching, howMany(matching.length, target, random), random);
}

function howMany(matching: number, { mode, value }: PodTarget, random: RandomStream): number {
  switch (mode) {
    case 'one':
      return Math.min(1, matching);
    case 'all':
      return matching;
    case 'fixed':
      return Math.min(value, matching);
    case 'fixed-percent':
      return Math.floor((matching * value) / 100);
    case 'random-max-percent':
      return Math.floor((matching * random.below(value + 1)) / 100);
  }
}

/** That many different ones, each choice as likely; in their order when all are taken. */
function draw<Pod>(pods: readonly Pod[], count: number, random: RandomStream): Pod[] {
  if (count >= pods.length) return [...pods];
  const left = [...pods];
  return Array.from({ length: count }, () => left.splice(random.below(left.length), 1)[0] as Pod);
}
