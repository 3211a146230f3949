/**
 * PodChaos carried out by Chaos Mesh itself: its object is created and awaited, and deleted for recovery. Everything
 * that Chaos Mesh has no kind for is done natively (R-CHX-12).
 */
import type { FaultAction, PodTarget } from '../../scenario/fault.ts';
import type { PodChaos } from '../../scenario/chaos/chaos-mesh.generated.ts';
import { EnvironmentError } from '../environment-error.ts';
import { hasCondition, type Condition, type LiveObject } from '../kubernetes/live-objects.ts';
import { NOTHING_HIT, type ChaosWorld, type FaultCourse } from './chaos-world.ts';

export type PodAction = Extract<FaultAction, { readonly target: PodTarget }>;

/** Fields of its status that are read here. */
interface LivePodChaos extends LiveObject {
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly experiment?: {
      readonly containerRecords?: readonly { readonly id: string }[];
    };
  };
}

const POLL_MS = 200;
const INJECTED_WITHIN_MS = 30_000;

export function byChaosMesh(world: ChaosWorld, action: PodAction, name: string): FaultCourse {
  const { client, wait } = world;
  const pods: string[] = [];
  let created = false;
  return {
    hits: { ...NOTHING_HIT, pods },
    lastsMs: action.kind === 'pod-failure' ? action.durationMs : null,
    underWay: false,
    async apply() {
      created = true;
      await client.create(podChaosOf(action, name, world));
      for (let waitedMs = 0; waitedMs < INJECTED_WITHIN_MS; waitedMs += POLL_MS) {
        const object: LivePodChaos | null = await client.readAny('PodChaos', name);
        if (hasCondition(object?.status?.conditions, 'AllInjected')) {
          pods.push(...targetsOf(object));
          return;
        }
        await wait(POLL_MS);
      }
      throw new EnvironmentError(
        `Chaos Mesh has not carried out podchaos/${name} within ${INJECTED_WITHIN_MS / 1000} s: look at its controller.`,
      );
    },
    async recover() {
      if (created) await client.remove('PodChaos', name);
      created = false;
    },
  };
}

/** The object that Chaos Mesh reads: the scenario's own fields, with the cluster's names for nodes. */
export function podChaosOf(
  action: PodAction,
  name: string,
  {
    client: { namespace },
    nodeNames,
    servedLabels,
  }: Pick<ChaosWorld, 'client' | 'nodeNames' | 'servedLabels'>,
): PodChaos {
  const { labels, nodes, pods, mode, value } = action.target;
  const counted = mode !== 'one' && mode !== 'all';
  return {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'PodChaos',
    metadata: { name, namespace },
    spec: {
      action: action.kind,
      mode,
      ...(counted ? { value: String(value) } : {}),
      selector: {
        namespaces: [namespace],
        labelSelectors: Object.keys(labels).length > 0 ? { ...labels } : { ...servedLabels },
        ...(nodes.length > 0 ? { nodes: nodes.map((node) => nodeNames.live(node)) } : {}),
        ...(pods.length > 0 ? { pods: { [namespace]: [...pods] } } : {}),
      },
      ...(action.kind === 'pod-kill' ? { gracePeriod: action.gracePeriodSeconds } : {}),
      ...(action.kind === 'container-kill' ? { containerNames: [...action.containers] } : {}),
      ...(action.kind === 'pod-failure' ? { duration: `${action.durationMs}ms` } : {}),
    },
  };
}

/** Records are named `namespace/pod`, or `namespace/pod/container`. */
function targetsOf(object: LivePodChaos | null): string[] {
  const records = object?.status?.experiment?.containerRecords ?? [];
  return records.flatMap(({ id }) => id.split('/')[1] ?? []);
}
