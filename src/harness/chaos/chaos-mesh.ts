/**
 * PodChaos carried out by Chaos Mesh itself: the scenario's object is created and awaited, and deleted for recovery.
 * What is not written as an object of Chaos Mesh is done natively (R-CHX-12).
 */
import type { PodChaos } from '../../scenario/chaos/chaos-mesh.generated.ts';
import type { FaultAction } from '../../scenario/fault.ts';
import { EnvironmentError } from '../environment-error.ts';
import { hasCondition, type Condition, type LiveObject } from '../kubernetes/live-objects.ts';
import { NOTHING_HIT } from '../../scenario/fault-hits.ts';
import type { ChaosWorld, FaultCourse } from './chaos-world.ts';

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

/**
 * @param object as the cluster is to have it
 * @param action what it was read into
 */
export function byChaosMesh(
  { client, wait }: Pick<ChaosWorld, 'client' | 'wait'>,
  object: PodChaos,
  action: FaultAction,
): FaultCourse {
  const { name } = object.metadata;
  const pods: string[] = [];
  let created = false;
  return {
    hits: { ...NOTHING_HIT, pods },
    lastsMs: action.kind === 'pod-failure' ? action.durationMs : null,
    underWay: false,
    async apply() {
      created = true;
      await client.create(object);
      for (let waitedMs = 0; waitedMs < INJECTED_WITHIN_MS; waitedMs += POLL_MS) {
        const live: LivePodChaos | null = await client.readAny('PodChaos', name);
        if (hasCondition(live?.status?.conditions, 'AllInjected')) {
          pods.push(...targetsOf(live));
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

/** Records are named `namespace/pod`, or `namespace/pod/container`. */
function targetsOf(object: LivePodChaos | null): string[] {
  const records = object?.status?.experiment?.containerRecords ?? [];
  return records.flatMap(({ id }) => id.split('/')[1] ?? []);
}
