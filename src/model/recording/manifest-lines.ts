/** From objects of the running world back to the lines that the user wrote. */
import { appliedBy } from '../../scenario/applied-objects.ts';
import type { SourceLocation } from '../../scenario/diagnostic.ts';
import type {
  Deployment,
  KubernetesObject,
  PodTemplate,
  Scenario,
  Service,
} from '../../scenario/scenario.ts';
import { locateField } from '../../scenario/source-map.ts';
import { selects } from '../cluster/objects.ts';

const linesByScenario = new WeakMap<Scenario, ManifestLines>();

/** The same for all runs of a scenario, which is the same object in all runs of a prediction. */
export function manifestLinesOf(scenario: Scenario): ManifestLines {
  let lines = linesByScenario.get(scenario);
  if (lines === undefined) {
    lines = new ManifestLines(scenario);
    linesByScenario.set(scenario, lines);
  }
  return lines;
}

/** Answers of equal questions are the very same array: millions of failures ask, and are counted by it. */
export class ManifestLines {
  readonly #scenario: Scenario;
  readonly #objects: readonly KubernetesObject[];
  /** By whose lines they are, the path and the field: to join them into one text would cost more than the answer. */
  readonly #answers = new Map<
    KubernetesObject | string,
    Map<string, Map<string, readonly SourceLocation[]>>
  >();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#objects = [...scenario.before, ...scenario.changes.flatMap(appliedBy)];
  }

  /** The Deployment, as first written, whose pods the Service selects. */
  deploymentOf(service: Service | null): Deployment | null {
    if (service === null) return null;
    for (const object of this.#objects) {
      if (object.kind === 'Deployment' && selects(service.selector, object.template.labels)) return object;
    }
    return null;
  }

  /** The line of every manifest of that object, the one given first. */
  ofManifest(manifest: KubernetesObject, path: string): readonly SourceLocation[] {
    return this.#known(manifest, path) ?? this.#keep(this.#everywhere(manifest, path), manifest, path);
  }

  ofScenario(path: string): readonly SourceLocation[] {
    return (
      this.#known('scenario', path) ??
      this.#keep([locateField(this.#scenario.source, path)], 'scenario', path)
    );
  }

  /**
   * The line in the manifest that the pod was made from, then in the other manifests of the same object.
   * @param field what follows the path
   */
  ofTemplate({ hash }: PodTemplate, path: string, field = ''): readonly SourceLocation[] {
    const known = this.#known(hash, path, field);
    if (known !== undefined) return known;
    const own = this.#objects.find((object) => hasTemplate(object) && object.template.hash === hash);
    return this.#keep(own === undefined ? [] : this.#everywhere(own, path + field), hash, path, field);
  }

  #known(whose: KubernetesObject | string, path: string, field = ''): readonly SourceLocation[] | undefined {
    return this.#answers.get(whose)?.get(path)?.get(field);
  }

  #keep(
    answer: readonly SourceLocation[],
    whose: KubernetesObject | string,
    path: string,
    field = '',
  ): readonly SourceLocation[] {
    const ofWhose = this.#answers.get(whose) ?? new Map<string, Map<string, readonly SourceLocation[]>>();
    const ofPath = ofWhose.get(path) ?? new Map<string, readonly SourceLocation[]>();
    this.#answers.set(whose, ofWhose.set(path, ofPath.set(field, answer)));
    return answer;
  }

  #everywhere(own: KubernetesObject, path: string): readonly SourceLocation[] {
    const others = this.#objects.filter(
      (object) => object !== own && object.kind === own.kind && object.name === own.name,
    );
    const locations = [own, ...others].map((object) => locateField(object, path));
    const first = new Map(locations.toReversed().map((location) => [lineOf(location), location]));
    return locations.filter((location) => first.get(lineOf(location)) === location);
  }
}

function lineOf({ file, line }: SourceLocation): string {
  return `${file}:${line}`;
}

function hasTemplate(
  object: KubernetesObject,
): object is Extract<KubernetesObject, { readonly template: PodTemplate }> {
  return object.kind === 'Deployment' || object.kind === 'ReplicaSet' || object.kind === 'Job';
}
