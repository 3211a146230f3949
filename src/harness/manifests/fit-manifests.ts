/**
 * The scenario's own manifests, as they are applied to the harness's cluster: only what must change to run here is
 * changed, and every change is accounted for.
 */
import { appliedBy } from '../../scenario/applied-objects.ts';
import type { ManifestChange } from '../../record.ts';
import type { KubernetesObject, Scenario, Service } from '../../scenario/scenario.ts';
import { fitMetadata } from './fit-metadata.ts';
import { fitPod, type PodSurroundings } from './fit-pod.ts';
import { fitQuota } from './fit-resources.ts';
import { fitService } from './fit-service.ts';
import { ObjectEditor } from './object-editor.ts';
import type { RawObject, RawObjects } from './raw-objects.ts';
import type { TargetCluster } from './target-cluster.ts';

export interface FittedManifests {
  readonly before: readonly RawObject[];
  /** For each change of the scenario, what it applies; empty for the others. */
  readonly changes: readonly (readonly RawObject[])[];
  /** Each once, though an object may be applied several times. */
  readonly differences: readonly ManifestChange[];
}

/** @param raw the same scenario's manifests as they are written */
export function fitManifests(
  scenario: Pick<Scenario, 'before' | 'changes' | 'traffic'>,
  raw: RawObjects,
  target: TargetCluster,
): FittedManifests {
  const applied = scenario.changes.map(appliedBy);
  const everything = [...scenario.before, ...applied.flat()];
  const surroundings: PodSurroundings = {
    target,
    services: everything.filter((object): object is Service => object.kind === 'Service'),
    serviceAccounts: everything.filter(({ kind }) => kind === 'ServiceAccount').map(({ name }) => name),
  };
  const called = scenario.traffic.service;
  const differences = new Map<string, ManifestChange>();
  const fit = (objects: readonly RawObject[], known: readonly KubernetesObject[]): RawObject[] =>
    objects.flatMap((object) => {
      const { value, changes } = fitObject(object, known, surroundings, called);
      for (const change of changes) differences.set(JSON.stringify(change), change);
      return value === null ? [] : [value];
    });
  return {
    before: fit(raw.before, scenario.before),
    changes: raw.changes.map((objects, index) => fit(objects, applied[index] ?? [])),
    differences: [...differences.values()],
  };
}

interface FittedObject {
  /** null: it is not applied. */
  readonly value: RawObject | null;
  readonly changes: readonly ManifestChange[];
}

function fitObject(
  object: RawObject,
  known: readonly KubernetesObject[],
  surroundings: PodSurroundings,
  called: string,
): FittedObject {
  const model = known.find(({ kind, name }) => kind === object.kind && name === object.metadata.name);
  const { namespace, nodePort, scale } = surroundings.target;
  if (model === undefined) return leftOut(object, 'the simulated cluster has no objects of this kind either');
  if (model.kind === 'Namespace') return leftOut(object, `a replay has a namespace of its own, ${namespace}`);
  const editor = new ObjectEditor(object);
  fitMetadata(editor, namespace);
  switch (model.kind) {
    case 'Deployment':
    case 'ReplicaSet':
    case 'Job':
      fitPod(editor, model.template, surroundings);
      break;
    case 'Service':
      fitService(editor, model, model.name === called, nodePort);
      break;
    case 'ResourceQuota':
      fitQuota(editor, scale);
      break;
    case 'PodDisruptionBudget':
    case 'HorizontalPodAutoscaler':
    case 'Secret':
    case 'ConfigMap':
    case 'ServiceAccount':
      break;
  }
  return { value: editor.value, changes: editor.changes };
}

function leftOut({ kind, metadata }: RawObject, why: string): FittedObject {
  const object = `${kind.toLowerCase()}/${metadata.name}`;
  return { value: null, changes: [{ object, path: '', from: kind, to: null, why }] };
}
