/**
 * Whether the names in a scenario lead anywhere: Services to pods, changes to Deployments, containers to Secrets.
 */
import { appliedBy } from './applied-objects.ts';
import type { DiagnosticList } from './diagnostic-list.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Change, Deployment, KubernetesObject, Scenario, Service } from './scenario.ts';
import { locateField } from './source-map.ts';

export type Referring = Pick<Scenario, 'before' | 'changes' | 'traffic' | 'source'>;

export function reportReferences(scenario: Referring, diagnostics: DiagnosticList): void {
  const objects = allObjects(scenario);
  const { before, changes, traffic } = scenario;
  const groups = [before, ...changes.map(appliedBy)];
  for (const group of groups) reportDuplicates(group, diagnostics);
  reportNamespaces(objects, diagnostics);
  reportService(scenario, objects, diagnostics);
  reportSelectors(objects, traffic.service, diagnostics);
  reportChanges(scenario, diagnostics);
}

/** The same for manifests without a scenario. */
export function reportManifestReferences(
  objects: readonly KubernetesObject[],
  diagnostics: DiagnosticList,
): void {
  reportDuplicates(objects, diagnostics);
  reportSelectors(objects, null, diagnostics);
}

/** @param called the Service that traffic calls; null when nobody knows */
function reportSelectors(
  objects: readonly KubernetesObject[],
  called: string | null,
  diagnostics: DiagnosticList,
): void {
  for (const object of objects) {
    if (object.kind === 'Service') reportSelector(object, called, objects, diagnostics);
    if (object.kind === 'PodDisruptionBudget' || object.kind === 'HorizontalPodAutoscaler') {
      reportTarget(object, objects, diagnostics);
    }
  }
}

export function allObjects({
  before,
  changes,
}: Pick<Scenario, 'before' | 'changes'>): readonly KubernetesObject[] {
  return [...before, ...changes.flatMap(appliedBy)];
}

export function matches(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function deploymentsOf(objects: readonly KubernetesObject[]): readonly Deployment[] {
  return objects.filter((object) => object.kind === 'Deployment');
}

function reportDuplicates(group: readonly KubernetesObject[], diagnostics: DiagnosticList): void {
  const seen = new Map<string, KubernetesObject>();
  for (const object of group) {
    const key = `${object.kind}/${object.namespace}/${object.name}`;
    const first = seen.get(key);
    if (first !== undefined) {
      const { file, line } = locateField(first, 'metadata.name');
      diagnostics.add('E307', locateField(object, 'metadata.name'), {
        message: `${object.kind} ${object.name} is applied twice at the same time; the other stands at ${file}:${line}.`,
        path: 'metadata.name',
        value: object.name,
      });
    }
    seen.set(key, object);
  }
}

const SIMULATED_KINDS: ReadonlySet<KubernetesObject['kind']> = new Set([
  'Deployment',
  'ReplicaSet',
  'Service',
  'Job',
  'ResourceQuota',
]);

function reportNamespaces(objects: readonly KubernetesObject[], diagnostics: DiagnosticList): void {
  const first = new Map<string, KubernetesObject>();
  for (const object of objects) {
    if (!SIMULATED_KINDS.has(object.kind)) continue;
    const key = `${object.kind}/${object.name}`;
    const other = first.get(key) ?? object;
    first.set(key, other);
    if (other.namespace === object.namespace) continue;
    diagnostics.add('E604', locateField(object, 'metadata.namespace'), {
      message: `${object.kind} ${object.name} stands in the namespaces ${other.namespace} and ${object.namespace}; two of one name cannot be simulated together.`,
      path: 'metadata.namespace',
      value: object.namespace,
      expected: other.namespace,
    });
  }
}

function reportService(
  { traffic, source }: Referring,
  objects: readonly KubernetesObject[],
  diagnostics: DiagnosticList,
): void {
  const services = objects.filter((object) => object.kind === 'Service');
  if (services.some((service) => service.name === traffic.service)) return;
  const names = services.map((service) => service.name);
  const near = didYouMean(traffic.service, names);
  diagnostics.add('E401', locateField(source, 'spec.traffic.service'), {
    message: `No manifest defines a Service ${traffic.service} that can be called.`,
    path: 'spec.traffic.service',
    value: traffic.service,
    expected:
      names.length === 0 ? 'a Service among the manifests' : `one of ${[...new Set(names)].join(', ')}`,
    hint: near === null ? undefined : `Did you mean ${near}?`,
  });
}

function reportSelector(
  service: Service,
  called: string | null,
  objects: readonly KubernetesObject[],
  diagnostics: DiagnosticList,
): void {
  const candidates = deploymentsOf(objects).filter(({ namespace }) => namespace === service.namespace);
  const selected = candidates.filter((deployment) => matches(service.selector, deployment.template.labels));
  if (selected.length === 0) {
    const elsewhere = deploymentsOf(objects).find((deployment) =>
      matches(service.selector, deployment.template.labels),
    );
    diagnostics.add(service.name === called ? 'E402' : 'W303', locateField(service, 'spec.selector'), {
      message: `Service ${service.name} selects no pod of any Deployment in namespace ${service.namespace}.`,
      path: 'spec.selector',
      value: service.selector,
      expected:
        candidates.length === 0
          ? undefined
          : `labels such as ${JSON.stringify(candidates[0]?.template.labels)}`,
      hint:
        elsewhere === undefined
          ? undefined
          : `Deployment ${elsewhere.name} would match, but is in namespace ${elsewhere.namespace}.`,
    });
    return;
  }
  for (const deployment of selected) reportPort(service, deployment, diagnostics);
}

function reportPort(service: Service, { name, template }: Deployment, diagnostics: DiagnosticList): void {
  const { targetPort } = service;
  const ports = template.containers.flatMap((container) => container.ports);
  if (typeof targetPort !== 'string' || ports.some((port) => port.name === targetPort)) return;
  const names = ports.map((port) => port.name).filter((port) => port !== '');
  const near = didYouMean(targetPort, names);
  diagnostics.add('E406', locateField(service, 'spec.ports[0].targetPort'), {
    message: `No container of Deployment ${name} has a port ${targetPort}.`,
    path: 'spec.ports[0].targetPort',
    value: targetPort,
    expected: names.length === 0 ? 'a port number' : `one of ${names.join(', ')}`,
    hint: near === null ? undefined : `Did you mean ${near}?`,
  });
}

function reportTarget(
  object: KubernetesObject & { kind: 'PodDisruptionBudget' | 'HorizontalPodAutoscaler' },
  objects: readonly KubernetesObject[],
  diagnostics: DiagnosticList,
): void {
  const candidates = deploymentsOf(objects).filter(({ namespace }) => namespace === object.namespace);
  const found =
    object.kind === 'HorizontalPodAutoscaler'
      ? candidates.some(({ name }) => name === object.target)
      : candidates.some(({ template }) => matches(object.selector, template.labels));
  if (found) return;
  const path = object.kind === 'HorizontalPodAutoscaler' ? 'spec.scaleTargetRef.name' : 'spec.selector';
  diagnostics.add('W302', locateField(object, path), {
    message: `${object.kind} ${object.name} matches no Deployment in namespace ${object.namespace}.`,
    path,
    value: object.kind === 'HorizontalPodAutoscaler' ? object.target : object.selector,
  });
}

/** Walks through the changes in order, with what exists at each. */
function reportChanges({ before, changes }: Referring, diagnostics: DiagnosticList): void {
  const existing = new Map<
    string,
    { deployment: Deployment; revisions: Set<string>; numbers: Set<number>; paused: boolean }
  >();
  const note = (objects: readonly KubernetesObject[]): void => {
    for (const deployment of deploymentsOf(objects)) {
      const entry = existing.get(deployment.name);
      if (entry === undefined) {
        const history = before.filter(
          (object) => object.kind === 'ReplicaSet' && object.deployment === deployment.name,
        );
        const sets = history.filter((object) => object.kind === 'ReplicaSet');
        existing.set(deployment.name, {
          deployment,
          revisions: new Set([deployment.template.hash, ...sets.map((set) => set.template.hash)]),
          numbers: new Set(sets.map((set) => set.revision)),
          paused: deployment.paused,
        });
      } else {
        entry.revisions.add(deployment.template.hash);
        entry.paused = deployment.paused;
      }
    }
  };
  note(before);
  for (const change of changes) {
    if (change.action.kind === 'apply') {
      note(change.action.objects);
      reportWait(change, change.action.objects, diagnostics);
      continue;
    }
    if (change.waitFor === 'job/complete') reportWait(change, [], diagnostics);
    const { deployment: name } = change.action;
    const entry = existing.get(name);
    if (entry === undefined) {
      const near = didYouMean(name, existing.keys());
      diagnostics.add('E403', change.location, {
        message: `There is no Deployment ${name} at this point.`,
        value: name,
        expected: existing.size === 0 ? undefined : `one of ${[...existing.keys()].join(', ')}`,
        hint: near === null ? undefined : `Did you mean ${near}?`,
      });
      continue;
    }
    reportAction(change, entry, diagnostics);
  }
}

function reportAction(
  { action, location }: Change,
  entry: { revisions: Set<string>; numbers: ReadonlySet<number>; paused: boolean },
  diagnostics: DiagnosticList,
): void {
  if (action.kind === 'pause' || action.kind === 'resume') {
    entry.paused = action.kind === 'pause';
    return;
  }
  if ((action.kind === 'undo' || action.kind === 'restart') && entry.paused) {
    diagnostics.add('E408', location, {
      message: `Deployment ${action.deployment} is paused here.`,
      value: action.kind,
    });
  }
  // R-DEP-23: a restart changes the template, so there is a revision to go back to afterwards.
  if (action.kind === 'restart') entry.revisions.add(`restart at ${location.line}`);
  if (action.kind !== 'undo') return;
  const unknownRevision =
    action.toRevision !== null &&
    entry.numbers.size > 0 &&
    !entry.numbers.has(action.toRevision) &&
    action.toRevision > entry.revisions.size;
  if (entry.revisions.size >= 2 && !unknownRevision) return;
  diagnostics.add('E407', location, {
    message:
      entry.revisions.size < 2
        ? `Deployment ${action.deployment} has only one revision at this point.`
        : `Deployment ${action.deployment} has no revision ${action.toRevision ?? ''}.`,
    value: action.toRevision ?? undefined,
  });
}

function reportWait(
  { waitFor, location }: Change,
  objects: readonly KubernetesObject[],
  diagnostics: DiagnosticList,
): void {
  const wanted = waitFor === 'job/complete' ? 'Job' : waitFor === 'rollout/complete' ? 'Deployment' : null;
  if (wanted === null || objects.some((object) => object.kind === wanted)) return;
  diagnostics.add('E404', location, {
    message: `waitFor: ${waitFor} would never end: this change applies no ${wanted}.`,
    value: waitFor,
  });
}
