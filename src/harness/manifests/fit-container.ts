/** Makes one container of a pod template run the workload's image in place of the scenario's. */
import type { Container, Hook, Probe } from '../../scenario/scenario.ts';
import type { PathSegment } from '../../scenario/source-map.ts';
import { WORKLOAD_PROGRAM } from '../workload/program.ts';
import {
  DEPENDENCIES_FOLDER,
  NODE_VARIABLE,
  POD_VARIABLE,
  workloadEnvironment,
  type ContainerSettings,
} from '../workload/settings.ts';
import { fitResources } from './fit-resources.ts';
import { hookCommand } from './hook-command.ts';
import type { ObjectEditor } from './object-editor.ts';
import type { TargetCluster } from './target-cluster.ts';

export const DEPENDENCIES_VOLUME = 'rollout-sim-dependencies';
/** Keeps templates apart that differ in nothing but their image, so that a new one still rolls out (R-DEP-23). */
const IMAGE_VARIABLE = 'WORKLOAD_IMAGE';

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;
const HOOKS = ['postStart', 'preStop'] as const;

/** @param servicePort a numbered targetPort that reaches this container without its declaring it */
export function fitContainer(
  editor: ObjectEditor,
  path: readonly PathSegment[],
  container: Container,
  servicePort: number | null,
  target: TargetCluster,
): void {
  const set = (field: readonly PathSegment[], to: unknown, why: string): void => {
    editor.set([...path, ...field], to, why);
  };
  set(['image'], target.image, 'the workload stands in for the scenario’s code');
  set(['imagePullPolicy'], 'Never', 'every node holds the image, and there is no registry to ask');
  for (const field of ['command', 'args']) set([field], undefined, 'the workload’s image has one program');
  fitProbes(editor, path, container);
  fitHooks(editor, path, container);
  fitResources(editor, path, container, target.scale);
  if (container.workload.dependencies.length > 0) {
    const mount = { name: DEPENDENCIES_VOLUME, mountPath: DEPENDENCIES_FOLDER, readOnly: true };
    editor.append([...path, 'volumeMounts'], [mount], 'tells the workload which dependencies are down');
  }
  const settings = containerSettings(editor, path, container, servicePort);
  const variables = {
    [IMAGE_VARIABLE]: container.image,
    ...workloadEnvironment(container.workload, settings),
  };
  editor.append(
    [...path, 'env'],
    [
      ...Object.entries(variables).map(([name, value]) => ({ name, value })),
      { name: POD_VARIABLE, valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: NODE_VARIABLE, valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    ],
    'tells the workload how to behave, as the scenario has it',
  );
}

function containerSettings(
  editor: ObjectEditor,
  path: readonly PathSegment[],
  container: Container,
  servicePort: number | null,
): ContainerSettings {
  const { readinessProbe, ports } = container;
  const probePorts = PROBES.flatMap((name) =>
    ['httpGet', 'tcpSocket', 'grpc'].map((handler) => editor.get([...path, name, handler, 'port'])),
  );
  const listening = [...ports.map(({ containerPort }) => containerPort), servicePort, ...probePorts].filter(
    (port) => typeof port === 'number',
  );
  const hookPaths = HOOKS.map((name) => editor.get([...path, 'lifecycle', name, 'httpGet', 'path']));
  const paths = [
    ...PROBES.map((name) => probePath(container[name])),
    ...hookPaths.filter((hookPath) => typeof hookPath === 'string'),
  ].filter((each) => each !== null);
  return {
    ports: container.workload.boot === null ? [] : [...new Set(listening)],
    readinessPath: probePath(readinessProbe),
    probePaths: [...new Set(paths)],
  };
}

/** Where a probe asks the workload: probes that ask the same are one path, and see the same (R-APP-8). */
function probePath(probe: Probe | null): string | null {
  if (probe === null || probe.handler === 'tcp') return null;
  if (probe.handler === 'http') return probe.target;
  return `/rollout-sim/${probe.handler}/${encodeURIComponent(probe.target)}`;
}

function fitProbes(editor: ObjectEditor, path: readonly PathSegment[], container: Container): void {
  for (const name of PROBES) {
    const probe = container[name];
    const asked = probePath(probe);
    const at = [...path, name];
    if (probe?.handler === 'exec' && asked !== null) {
      const why = 'the image has no other programs: the workload asks itself';
      editor.set([...at, 'exec', 'command'], [...WORKLOAD_PROGRAM, 'probe', asked], why);
    }
    if (probe?.handler === 'grpc' && asked !== null) {
      const { port } = editor.map([...at, 'grpc']);
      editor.set([...at, 'grpc'], undefined, 'the workload speaks HTTP');
      editor.set([...at, 'httpGet'], { path: asked, port }, 'the workload speaks HTTP');
    }
    if (probe?.handler !== 'http') continue;
    if (editor.get([...at, 'httpGet', 'scheme']) === 'HTTPS')
      editor.set([...at, 'httpGet', 'scheme'], 'HTTP', 'the workload has no certificate');
    editor.set([...at, 'httpGet', 'host'], undefined, 'the pod itself is asked');
  }
}

function fitHooks(editor: ObjectEditor, path: readonly PathSegment[], container: Container): void {
  for (const name of HOOKS) {
    const hook: Hook | null = container[name];
    const at = [...path, 'lifecycle', name];
    if (hook?.handler === 'exec') {
      const why = 'the image has a shell and sleep alone, which take the same steps';
      editor.set([...at, 'exec', 'command'], hookCommand(hook.steps), why);
    } else if (hook?.handler === 'http') {
      editor.set([...at, 'httpGet', 'host'], undefined, 'the pod itself is asked');
    }
  }
}
