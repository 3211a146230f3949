/** Makes a pod template run on the harness's cluster: its containers, and what of its surroundings is not there. */
import type { PodTemplate, Service } from '../../scenario/scenario.ts';
import type { PathSegment } from '../../scenario/source-map.ts';
import { isRecord } from '../../scenario/yaml-document.ts';
import { DEPENDENCIES_FOLDER } from '../workload/settings.ts';
import { DEPENDENCIES_VOLUME, fitContainer } from './fit-container.ts';
import type { ObjectEditor } from './object-editor.ts';
import type { TargetCluster } from './target-cluster.ts';

export interface PodSurroundings {
  readonly target: TargetCluster;
  /** Those of the scenario, for the ports that they send to. */
  readonly services: readonly Service[];
  readonly serviceAccounts: readonly string[];
}

const POD_SPEC = ['spec', 'template', 'spec'] as const;
/** What a template may name that only its own cluster has. */
const ELSEWHERE = ['priorityClassName', 'runtimeClassName', 'schedulerName', 'imagePullSecrets'] as const;
/** Kinds of volumes that every cluster can give. */
const PLAIN_VOLUMES = new Set(['name', 'configMap', 'secret', 'emptyDir', 'downwardAPI', 'projected']);

export function fitPod(editor: ObjectEditor, template: PodTemplate, surroundings: PodSurroundings): void {
  const { target } = surroundings;
  for (const [list, containers] of [
    ['initContainers', template.initContainers],
    ['containers', template.containers],
  ] as const) {
    for (const [index, container] of containers.entries()) {
      const serves = list === 'containers' && index === 0;
      const port = serves ? undeclaredPort(template, surroundings.services) : null;
      fitContainer(editor, [...POD_SPEC, list, index], container, port, target);
    }
  }
  for (const field of ELSEWHERE)
    editor.set([...POD_SPEC, field], undefined, 'this cluster has no such thing');
  fitServiceAccount(editor, surroundings);
  fitNode(editor, target);
  fitVolumes(editor);
  const everybody = [...template.initContainers, ...template.containers];
  if (everybody.some(({ workload }) => workload.dependencies.length > 0)) {
    const hostPath = { path: DEPENDENCIES_FOLDER, type: 'DirectoryOrCreate' };
    const volume = { name: DEPENDENCIES_VOLUME, hostPath };
    editor.append([...POD_SPEC, 'volumes'], [volume], 'tells the workload which dependencies are down');
  }
}

/** A numbered port to which a Service of these pods sends and which no container declares: the first one listens there. */
function undeclaredPort(template: PodTemplate, services: readonly Service[]): number | null {
  for (const { selector, targetPort } of services) {
    const keys = Object.entries(selector);
    const selects = keys.length > 0 && keys.every(([key, value]) => template.labels[key] === value);
    const declared = template.containers.some(({ ports }) =>
      ports.some(({ containerPort }) => containerPort === targetPort),
    );
    if (selects && !declared && typeof targetPort === 'number') return targetPort;
  }
  return null;
}

function fitServiceAccount(editor: ObjectEditor, { serviceAccounts }: PodSurroundings): void {
  for (const field of ['serviceAccountName', 'serviceAccount']) {
    const name = editor.get([...POD_SPEC, field]);
    if (typeof name === 'string' && name !== 'default' && !serviceAccounts.includes(name))
      editor.set([...POD_SPEC, field], undefined, 'no manifest of the scenario has this ServiceAccount');
  }
}

function fitNode(editor: ObjectEditor, { liveNode }: TargetCluster): void {
  const paths: readonly (readonly PathSegment[])[] = [
    [...POD_SPEC, 'nodeName'],
    [...POD_SPEC, 'nodeSelector', 'kubernetes.io/hostname'],
  ];
  for (const path of paths) {
    const name = editor.get(path);
    if (typeof name === 'string') editor.set(path, liveNode(name), 'this node plays the scenario’s');
  }
}

function fitVolumes(editor: ObjectEditor): void {
  for (const [index, volume] of editor.list([...POD_SPEC, 'volumes']).entries()) {
    if (!isRecord(volume)) continue;
    for (const kind of Object.keys(volume).filter((key) => !PLAIN_VOLUMES.has(key))) {
      const at = [...POD_SPEC, 'volumes', index];
      editor.set([...at, kind], undefined, 'this cluster has no such storage');
      editor.set([...at, 'emptyDir'], {}, 'this cluster has no such storage');
    }
  }
}
