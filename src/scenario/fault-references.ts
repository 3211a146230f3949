/**
 * Whether what the faults name is there: nodes, Deployments that roll out, pods, containers, dependencies.
 */
import type { DiagnosticCode } from './diagnostic-codes.ts';
import type { DiagnosticList } from './diagnostic-list.ts';
import { didYouMean } from './did-you-mean.ts';
import { formatDuration } from './duration.ts';
import type { Fault, FaultAction, PodTarget } from './fault.ts';
import type { ReadFault } from './faults.ts';
import { nodeLabels } from './node-labels.ts';
import { allObjects, matches } from './references.ts';
import type { Container, Deployment, Job, Scenario, Service } from './scenario.ts';
import { locateField } from './source-map.ts';

type Content = Pick<Scenario, 'before' | 'changes' | 'traffic' | 'cluster' | 'limits' | 'source'>;
type Templated = Deployment | Job;

/** The field of scenario.yaml that holds an action; Chaos Mesh's stand in a file of their own. */
const FIELDS: Readonly<Record<FaultAction['kind'], string>> = {
  drain: 'drain',
  'node-down': 'nodeDown',
  'pod-kill': 'podKill',
  'pod-failure': 'podFailure',
  'container-kill': 'containerKill',
  'dependency-outage': 'dependencyOutage',
};

/** Checks every fault against the scenario and gives those of Chaos Mesh the nodes that their node labels mean. */
export function resolveFaults(
  faults: readonly ReadFault[],
  content: Content,
  diagnostics: DiagnosticList,
): readonly Fault[] {
  return faults.map((fault) => {
    const check = new FaultCheck(fault, content, diagnostics);
    const { start, location, object } = fault;
    return { start, action: check.resolve(), location, ...(object !== undefined && { object }) };
  });
}

class FaultCheck {
  readonly #fault: ReadFault;
  readonly #content: Content;
  readonly #diagnostics: DiagnosticList;
  readonly #templated: readonly Templated[];
  readonly #service: Service | undefined;

  constructor(fault: ReadFault, content: Content, diagnostics: DiagnosticList) {
    this.#fault = fault;
    this.#content = content;
    this.#diagnostics = diagnostics;
    const objects = allObjects(content);
    this.#templated = objects.filter(
      (object): object is Templated => object.kind === 'Deployment' || object.kind === 'Job',
    );
    this.#service = objects.find(
      (object): object is Service => object.kind === 'Service' && object.name === content.traffic.service,
    );
  }

  resolve(): FaultAction {
    this.#start();
    const { action } = this.#fault;
    switch (action.kind) {
      case 'drain':
      case 'node-down':
        this.#node(action.node, this.#field('node'));
        return action;
      case 'dependency-outage':
        this.#dependency(action.dependency);
        return action;
      case 'pod-kill':
      case 'pod-failure':
        return { ...action, target: this.#target(action.target).target };
      case 'container-kill': {
        const { target, templated } = this.#target(action.target);
        this.#containers(action.containers, templated);
        return { ...action, target };
      }
    }
  }

  /** Path of a field of the action; of the file's name for what Chaos Mesh objects hold. */
  #field(name: string): string {
    const { path, action, namespaces } = this.#fault;
    return namespaces === null ? `${path}.${FIELDS[action.kind]}.${name}` : `${path}.chaos`;
  }

  #start(): void {
    const { start, path } = this.#fault;
    if (start.kind === 'at') {
      const { durationMs } = this.#content.limits;
      if (start.timeMs < durationMs) return;
      this.#report(
        'W207',
        `${path}.at`,
        `The run ends after ${formatDuration(durationMs)}: this never happens.`,
        {
          value: formatDuration(start.timeMs),
          hint: 'Raise spec.limits.duration.',
        },
      );
      return;
    }
    const deployments = this.#templated.filter(
      (object): object is Deployment => object.kind === 'Deployment',
    );
    const names = new Set(deployments.map(({ name }) => name));
    if (start.deployment !== null && !names.has(start.deployment)) {
      this.#unknown('E403', `${path}.when.deployment`, start.deployment, names);
      return;
    }
    const selector = this.#service?.selector ?? {};
    const named =
      start.deployment ?? deployments.find(({ template }) => matches(selector, template.labels))?.name;
    if (this.#content.changes.some((change) => rollsOut(change, named))) return;
    this.#report(
      'E404',
      `${path}.when`,
      `No change rolls out ${named === undefined ? 'anything' : `Deployment ${named}`}.`,
      {
        expected: 'a change that applies, restarts or undoes it, or at: a time',
      },
    );
  }

  #node(name: string, field: string): void {
    const names = this.#content.cluster.nodes.map((node) => node.name);
    if (!names.includes(name)) this.#unknown('E409', field, name, names);
  }

  #dependency(name: string): void {
    const containers = this.#templated.flatMap(containersOf);
    const names = new Set(containers.flatMap(({ workload }) => workload.dependencies));
    if (names.has(name)) return;
    this.#unknown('E410', this.#field('dependency'), name, names);
  }

  #containers(wanted: readonly string[], templated: readonly Templated[]): void {
    const names = new Set(templated.flatMap(containersOf).map((container) => container.name));
    for (const name of templated.length === 0 ? [] : wanted) {
      if (!names.has(name)) this.#unknown('E411', this.#field('containers'), name, names);
    }
  }

  #target(target: PodTarget): { target: PodTarget; templated: readonly Templated[] } {
    for (const node of target.nodes) this.#node(node, this.#field('nodes'));
    const templated = this.#selected(target);
    if (templated.length === 0) {
      this.#report('E412', this.#field('labels'), 'This selects no pod of any Deployment or Job.', {
        value: target.labels,
        hint: this.#nearestLabels(),
      });
    }
    const behind = templated.map(({ name }) => `${name}-`);
    for (const pod of templated.length === 0 ? [] : target.pods) {
      if (behind.some((prefix) => pod.startsWith(prefix))) continue;
      this.#report('E412', this.#field('pods'), `No pod can have the name ${pod}.`, {
        value: pod,
        expected: `a name that begins with ${behind.join(' or ')}`,
      });
    }
    return { target: { ...target, nodes: this.#nodesOf(target) }, templated };
  }

  /** R-CHX-1: the Deployments and Jobs whose pods the labels and the namespaces select. */
  #selected(target: PodTarget): readonly Templated[] {
    const { namespaces } = this.#fault;
    const given = Object.keys(target.labels).length > 0;
    const labels = given || namespaces !== null ? target.labels : (this.#service?.selector ?? {});
    const selected = this.#templated.filter(({ template }) => matches(labels, template.labels));
    if (namespaces === null) return selected;
    const inside = selected.filter(({ namespace }) => namespaces.includes(namespace));
    const behindService = (object: Templated): boolean =>
      this.#service !== undefined && matches(this.#service.selector, object.template.labels);
    const stray = given
      ? selected.find((object) => !inside.includes(object))
      : inside.find((object) => !behindService(object));
    if (inside.length > 0 && stray !== undefined) {
      this.#report(
        'E601',
        this.#field('labels'),
        given
          ? `The labels also fit ${stray.kind} ${stray.name} in namespace ${stray.namespace}, which the simulated cluster cannot tell apart.`
          : `Without labelSelectors this also selects the pods of ${stray.kind} ${stray.name}, which cannot be simulated.`,
        { hint: 'Select by labels that only these pods have.' },
      );
    }
    return inside;
  }

  #nodesOf(target: PodTarget): readonly string[] {
    const wanted = this.#fault.nodeLabels;
    if (Object.keys(wanted).length === 0) return target.nodes;
    const nodes = this.#content.cluster.nodes
      .filter((node) => matches(wanted, nodeLabels(node)))
      .map(({ name }) => name)
      .filter((name) => target.nodes.length === 0 || target.nodes.includes(name));
    if (nodes.length === 0) {
      this.#report('E412', this.#field('nodes'), 'No node carries these labels.', {
        value: wanted,
        expected: `labels such as ${Object.keys(nodeLabels(this.#content.cluster.nodes[0] ?? NO_NODE)).join(', ')}`,
      });
    }
    return nodes;
  }

  #nearestLabels(): string | undefined {
    const [first] = this.#templated;
    return first === undefined
      ? undefined
      : `Pods of ${first.kind} ${first.name} in namespace ${first.namespace} carry ${JSON.stringify(first.template.labels)}.`;
  }

  #unknown(code: keyof typeof MISSING, path: string, value: string, known: Iterable<string>): void {
    const names = [...known];
    const near = didYouMean(value, names);
    this.#report(code, path, MISSING[code](value), {
      value,
      expected: names.length === 0 ? undefined : `one of ${names.join(', ')}`,
      hint: near === null ? undefined : `Did you mean ${near}?`,
    });
  }

  #report(
    code: DiagnosticCode,
    path: string,
    message: string,
    details: { value?: unknown; expected?: string | undefined; hint?: string | undefined },
  ): void {
    const location = locateField(this.#content.source, path);
    this.#diagnostics.add(code, location, { message, path, ...details });
  }
}

const MISSING = {
  E403: (name: string) => `There is no Deployment ${name}.`,
  E409: (name: string) => `There is no node ${name}.`,
  E410: (name: string) => `No workload depends on ${name}.`,
  E411: (name: string) => `None of these pods has a container ${name}.`,
} as const satisfies Partial<Record<DiagnosticCode, (name: string) => string>>;

const NO_NODE = { name: '', zone: '', cpuMilli: 0, memoryBytes: 0, podsMax: 0 };

function containersOf({ template }: Templated): readonly Container[] {
  return [...template.initContainers, ...template.containers];
}

function rollsOut({ action }: Scenario['changes'][number], deployment: string | undefined): boolean {
  if (action.kind === 'apply')
    return action.objects.some((object) => object.kind === 'Deployment' && object.name === deployment);
  return (action.kind === 'undo' || action.kind === 'restart') && action.deployment === deployment;
}
