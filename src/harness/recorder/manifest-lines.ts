/** The manifest lines behind a measured failure: of the Deployment under test and of what its code is said to do. */
import type { SourceLocation } from '../../scenario/diagnostic.ts';
import type { Container, Deployment, Scenario } from '../../scenario/scenario.ts';
import { locateField } from '../../scenario/source-map.ts';
import { objectsOf, type Subject } from './subject.ts';

export class ReplayedLines {
  readonly #scenario: Scenario;
  /** Every manifest of the Deployment under test, the one given first first. */
  readonly #manifests: readonly Deployment[];

  constructor(scenario: Scenario, { deployment }: Subject) {
    this.#scenario = scenario;
    this.#manifests = objectsOf(scenario).filter(
      (object) => object.kind === 'Deployment' && object.name === deployment?.name,
    ) as readonly Deployment[];
  }

  deployment(path: string): readonly SourceLocation[] {
    return distinct(this.#manifests.map((manifest) => locateField(manifest, path)));
  }

  /** A field of the pod's spec. */
  podSpec(field: string): readonly SourceLocation[] {
    return distinct(
      this.#manifests.map((manifest) => locateField(manifest, `${manifest.template.path}.${field}`)),
    );
  }

  /** A field of the container that serves, such as `.readinessProbe`; empty: the container itself. */
  container(field: string): readonly SourceLocation[] {
    return distinct(
      this.#manifests.flatMap((manifest) => {
        const container = servingContainer(manifest);
        return container === null ? [] : [locateField(manifest, `${container.path}${field}`)];
      }),
    );
  }

  /** The hook where there is one, otherwise the container that lacks it. */
  get preStop(): readonly SourceLocation[] {
    return this.container(this.#container?.preStop === null ? '' : '.lifecycle.preStop');
  }

  /** Whether the preStop hook itself tells the process to stop (R-SRV-7). */
  get signalledByHook(): boolean {
    return this.#container?.preStop?.steps.some((step) => step.do === 'signal') ?? false;
  }

  get ignoresSigterm(): boolean {
    return this.#container?.workload.onSigterm.style === 'ignore';
  }

  get hasErrorRate(): boolean {
    return (this.#container?.workload.errorRate ?? 0) > 0;
  }

  workload(field: string): readonly SourceLocation[] {
    const name = this.#container?.workload.name;
    return name === undefined ? [] : [locateField(this.#scenario.source, `spec.workload.${name}.${field}`)];
  }

  get #container(): Container | null {
    const [manifest] = this.#manifests;
    return manifest === undefined ? null : servingContainer(manifest);
  }
}

/** The one that has ports; a pod of one container need not name any. */
function servingContainer({ template: { containers } }: Deployment): Container | null {
  return containers.find(({ ports }) => ports.length > 0) ?? containers[0] ?? null;
}

function distinct(locations: readonly SourceLocation[]): readonly SourceLocation[] {
  const lines = new Map(locations.map((location) => [`${location.file}:${location.line}`, location]));
  return [...lines.values()];
}
