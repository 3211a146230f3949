/**
 * The scenario's Chaos Mesh objects, for a cluster on which Chaos Mesh runs: as they are, but for the names that this
 * cluster has for namespaces and nodes, and every change is accounted for.
 */
import type { ManifestChange } from '../../record.ts';
import type { PodChaos } from '../../scenario/chaos/chaos-mesh.generated.ts';
import type { Fault } from '../../scenario/fault.ts';
import { fitMetadata } from './fit-metadata.ts';
import { ObjectEditor } from './object-editor.ts';
import type { RawObject } from './raw-objects.ts';
import type { TargetCluster } from './target-cluster.ts';

export interface FittedChaos {
  /** For each fault its object; null: the fault is the scenario's own notation. */
  readonly objects: readonly (PodChaos | null)[];
  readonly differences: readonly ManifestChange[];
}

type Surroundings = Pick<TargetCluster, 'namespace' | 'liveNode'>;

export function fitChaos(faults: readonly Fault[], surroundings: Surroundings): FittedChaos {
  const taken = new Set<string>();
  const differences: ManifestChange[] = [];
  const objects = faults.map(({ object, action }, index) => {
    if (object === undefined || !('target' in action)) return null;
    const editor = new ObjectEditor(object as unknown as RawObject);
    const { name } = object.metadata;
    if (taken.has(name))
      editor.set(['metadata', 'name'], `${name}-${index + 1}`, 'another fault has an object of this name');
    taken.add(name);
    fitPlaces(editor, surroundings);
    fitNodes(editor, action.target.nodes, surroundings);
    differences.push(...editor.changes);
    return editor.value as unknown as PodChaos;
  });
  return { objects, differences };
}

const SELECTOR = ['spec', 'selector'] as const;

function fitPlaces(editor: ObjectEditor, { namespace }: Surroundings): void {
  const one = 'one namespace holds all of a replay';
  fitMetadata(editor, namespace);
  if (editor.get([...SELECTOR, 'namespaces']) !== undefined)
    editor.set([...SELECTOR, 'namespaces'], [namespace], one);
  const pods = editor.map([...SELECTOR, 'pods']);
  if (Object.keys(pods).length > 0)
    editor.set([...SELECTOR, 'pods'], { [namespace]: Object.values(pods).flat() }, one);
  editor.set(['spec', 'remoteCluster'], undefined, 'a replay touches no other cluster');
}

/** @param wanted the scenario's names of all nodes that the selector means, those that it describes by labels among them */
function fitNodes(editor: ObjectEditor, wanted: readonly string[], { liveNode }: Surroundings): void {
  const plays = 'the scenario speaks of a node that this one plays';
  const field = [...SELECTOR, 'fieldSelectors', 'spec.nodeName'];
  const named = editor.get(field);
  if (typeof named === 'string') editor.set(field, liveNode(named), plays);
  const byLabels = editor.get([...SELECTOR, 'nodeSelectors']) !== undefined;
  if (byLabels || editor.get([...SELECTOR, 'nodes']) !== undefined)
    editor.set([...SELECTOR, 'nodes'], wanted.map(liveNode), plays);
  editor.set([...SELECTOR, 'nodeSelectors'], undefined, 'nodes here do not carry the labels of the scenario');
}
