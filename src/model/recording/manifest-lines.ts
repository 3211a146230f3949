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
  /** By whose lines they are, and the field's path: to join the two into a text would cost more than the answer. */
  readonly #answers = new Map<KubernetesObject | string, Map<string, readonly SourceLocation[]>>();

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
    return this.#answer(manifest, path, () => this.#everywhere(manifest, path));
  }

  ofScenario(path: string): readonly SourceLocation[] {
    return this.#answer('scenario', path, () => [locateField(this.#scenario.source, path)]);
  }

  /** The line in the manifest that the pod was made from, then in the other manifests of the same object. */
  ofTemplate(template: PodTemplate, path: string): readonly SourceLocation[] {
    return this.#answer(template.hash, path, () => {
      const own = this.#objects.find(
        (object) => hasTemplate(object) && object.template.hash === template.hash,
      );
      return own === undefined ? [] : this.#everywhere(own, path);
    });
  }

  #answer(
    whose: KubernetesObject | string,
    path: string,
    find: () => readonly SourceLocation[],
  ): readonly SourceLocation[] {
    let known = this.#answers.get(whose);
    if (known === undefined) {
      known = new Map();
      this.#answers.set(whose, known);
    }
    let answer = known.get(path);
    if (answer === undefined) {
      answer = find();
      known.set(path, answer);
    }
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
