/**
 * In a replay every node holds all images before it begins, and no kubelet asks a registry. As `--set` texts, since a
 * prediction of the replay takes them too.
 */
import { appliedBy } from '../../scenario/applied-objects.ts';
import { IDLE_IMAGE } from '../../scenario/fault.ts';
import type { Container, KubernetesObject, Scenario } from '../../scenario/scenario.ts';

type Parts = Pick<Scenario, 'before' | 'changes' | 'cluster' | 'faults'>;

/** @returns none where the scenario pulls nothing */
export function imageSettings(scenario: Parts): readonly string[] {
  const changes = scenario.changes.flatMap(appliedBy);
  return [
    ...heldImages(scenario, changes),
    ...unaskedPolicies('before', scenario.before),
    ...unaskedPolicies('changes', changes),
  ];
}

function heldImages(
  { before, cluster, faults }: Parts,
  changes: readonly KubernetesObject[],
): readonly string[] {
  const held = new Set([...cluster.cachedImages, ...imagesOf(before)]);
  const idle = faults.some(({ action }) => action.kind === 'pod-failure') ? [IDLE_IMAGE] : [];
  const pulled = [...new Set([...imagesOf(changes), ...idle])].filter((image) => !held.has(image));
  if (pulled.length === 0) return [];
  return [`spec.cluster.cachedImages=[${[...cluster.cachedImages, ...pulled].join(', ')}]`];
}

function imagesOf(objects: readonly KubernetesObject[]): readonly string[] {
  return objects.flatMap((object) => placesOf(object).map(({ container }) => container.image));
}

/** R-POD-4: with `Always` a kubelet asks the registry even for an image that its node holds. */
function unaskedPolicies(
  scope: 'before' | 'changes',
  objects: readonly KubernetesObject[],
): readonly string[] {
  const paths = objects.flatMap((object) =>
    placesOf(object)
      .filter(({ container }) => container.imagePullPolicy === 'Always')
      .map(({ path }) => `${scope}/${object.kind.toLowerCase()}/${object.name}.${path}.imagePullPolicy`),
  );
  return [...new Set(paths)].map((path) => `${path}=Never`);
}

interface Place {
  readonly container: Container;
  readonly path: string;
}

function placesOf(object: KubernetesObject): readonly Place[] {
  if (!('template' in object)) return [];
  return (['initContainers', 'containers'] as const).flatMap((list) =>
    object.template[list].map((container, index) => ({
      container,
      path: `spec.template.spec.${list}[${index}]`,
    })),
  );
}
