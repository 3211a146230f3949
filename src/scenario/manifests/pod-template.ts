/**
 * Pod templates as the API server would store them: defaults filled in, hooks read as steps, each container joined
 * with what its code does.
 */
import type { DiagnosticList } from '../diagnostic-list.ts';
import type { Container, Hook, PodTemplate, Resources } from '../scenario.ts';
import { formatPath, joinPath, locateValue, type PathSegment } from '../source-map.ts';
import { defaultPullPolicy, templateHash } from '../template-hash.ts';
import type { WorkloadResolver } from '../workload.ts';
import type { SourceDocument } from '../yaml-document.ts';
import { valueAt } from '../zod-issues.ts';
import { toHook, type RawHook } from './hook.ts';
import type { RawContainer, RawPodTemplate, RawResources } from './pod-schema.ts';
import { toProbe } from './probe.ts';
import { usesOf, type ObjectUse } from './object-use.ts';
import { reportProbePorts } from './probe-port.ts';

/** What reading a manifest needs besides its document. */
export interface ManifestContext {
  readonly diagnostics: DiagnosticList;
  readonly workloads: WorkloadResolver;
  /** What containers and volumes refer to, collected for the check once every object is known. */
  readonly uses: ObjectUse[];
}

/** @param segments where the template stands in the document, such as `spec.template` */
export function toPodTemplate(
  raw: RawPodTemplate,
  document: SourceDocument,
  segments: readonly PathSegment[],
  owner: 'Deployment' | 'Job',
  context: ManifestContext,
): PodTemplate {
  const path = formatPath([...segments, 'spec']);
  const { 'pod-template-hash': _hash, ...labels } = raw.metadata?.labels ?? {};
  const read = (container: RawContainer, key: string, index: number): Container =>
    toContainer(
      container,
      { document, path: joinPath(joinPath(path, key), index), labels, owner, index, key },
      context,
    );
  reportDuplicateNames(raw, document, path, context);
  context.uses.push(...usesOf(raw, document, path));
  return {
    hash: templateHash(valueAt(document.value, segments)),
    labels,
    annotations: raw.metadata?.annotations ?? {},
    initContainers: (raw.spec.initContainers ?? []).map((item, index) => read(item, 'initContainers', index)),
    containers: raw.spec.containers.map((item, index) => read(item, 'containers', index)),
    terminationGracePeriodSeconds: raw.spec.terminationGracePeriodSeconds ?? 30,
    readinessGates: (raw.spec.readinessGates ?? []).map((gate) => gate.conditionType),
    nodeSelector: raw.spec.nodeSelector ?? {},
    restartPolicy: raw.spec.restartPolicy ?? 'Always',
    path,
    file: document.file,
  };
}

interface ContainerPlace {
  readonly document: SourceDocument;
  readonly path: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly owner: 'Deployment' | 'Job';
  readonly index: number;
  readonly key: string;
}

function toContainer(raw: RawContainer, place: ContainerPlace, context: ManifestContext): Container {
  const { document, path } = place;
  const init = place.key === 'initContainers';
  const sidecar = init && raw.restartPolicy === 'Always';
  reportLimits(raw, place, context);
  reportProbePorts(raw, path, document, context.diagnostics);
  return {
    name: raw.name,
    path,
    image: raw.image,
    imagePullPolicy: raw.imagePullPolicy ?? defaultPullPolicy(raw.image),
    requests: requestsOf(raw),
    limits: {
      cpuMilli: raw.resources?.limits?.cpu ?? null,
      memoryBytes: raw.resources?.limits?.memory ?? null,
    },
    ports: (raw.ports ?? []).map((port) => ({ name: port.name ?? '', containerPort: port.containerPort })),
    startupProbe: toProbe(raw.startupProbe),
    readinessProbe: toProbe(raw.readinessProbe),
    livenessProbe: toProbe(raw.livenessProbe),
    postStart: hookOf(raw.lifecycle?.postStart, `${path}.lifecycle.postStart`, document, context),
    preStop: hookOf(raw.lifecycle?.preStop, `${path}.lifecycle.preStop`, document, context),
    sidecar,
    workload: context.workloads.resolve({
      name: raw.name,
      image: raw.image,
      podLabels: place.labels,
      labelled: !init && place.index === 0,
      ends: (place.owner === 'Job' && !init) || (init && !sidecar),
      location: locateValue(document.source, `${path}.image`),
    }),
  };
}

/** A request that is not given equals the limit, as the API server fills it in. */
function requestsOf(raw: RawContainer): Resources {
  const { requests, limits } = raw.resources ?? {};
  return {
    cpuMilli: requests?.cpu ?? limits?.cpu ?? 0,
    memoryBytes: requests?.memory ?? limits?.memory ?? 0,
  };
}

function hookOf(
  raw: RawHook | undefined,
  path: string,
  document: SourceDocument,
  { diagnostics }: ManifestContext,
): Hook | null {
  if (raw === undefined) return null;
  const { hook, unknown } = toHook(raw);
  for (const command of unknown) {
    diagnostics.add('W204', locateValue(document.source, path), {
      message: `The model cannot tell how long this takes, and counts it as no time.`,
      path,
      value: command,
      expected: 'sleep N, kill -SIGNAL 1, nginx -s quit, joined by ; or &&',
    });
  }
  return hook;
}

function reportLimits(raw: RawContainer, place: ContainerPlace, { diagnostics }: ManifestContext): void {
  const { requests, limits } = raw.resources ?? {};
  const keys: readonly (keyof RawResources)[] = Object.keys(requests ?? {});
  for (const key of keys) {
    const [request, limit] = [requests?.[key], limits?.[key]];
    if (request === undefined || limit === undefined || request <= limit) continue;
    const path = joinPath(`${place.path}.resources.requests`, key);
    diagnostics.add('E308', locateValue(place.document.source, path), {
      message: `Container ${raw.name} requests more ${key} than its limit.`,
      path,
      expected: `at most the limit of ${key}`,
    });
  }
}

function reportDuplicateNames(
  raw: RawPodTemplate,
  document: SourceDocument,
  path: string,
  { diagnostics }: ManifestContext,
): void {
  const seen = new Set<string>();
  for (const key of ['initContainers', 'containers'] as const) {
    (raw.spec[key] ?? []).forEach((container, index) => {
      if (seen.has(container.name)) {
        const at = `${path}.${key}[${index}].name`;
        diagnostics.add('E307', locateValue(document.source, at), {
          message: 'Two containers of the pod have this name.',
          path: at,
          value: container.name,
        });
      }
      seen.add(container.name);
    });
  }
}
