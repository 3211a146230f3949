/** From objects of the running world back to the lines that the user wrote. */
import type { SourceLocation } from '../../scenario/diagnostic.ts';
import type {
  Deployment,
  KubernetesObject,
  Manifest,
  PodTemplate,
  Scenario,
  Service,
} from '../../scenario/scenario.ts';
import { locateField } from '../../scenario/source-map.ts';
import { selects } from '../cluster/objects.ts';

export class ManifestLines {
  readonly #scenario: Scenario;
  readonly #objects: readonly KubernetesObject[];

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#objects = [
      ...scenario.before,
      ...scenario.changes.flatMap((change) => (change.action.kind === 'apply' ? change.action.objects : [])),
    ];
  }

  /** The Deployment, as first written, whose pods the Service selects. */
  deploymentOf(service: Service | null): Deployment | null {
    if (service === null) return null;
    for (const object of this.#objects) {
      if (object.kind === 'Deployment' && selects(service.selector, object.template.labels)) return object;
    }
    return null;
  }

  ofManifest(manifest: Manifest, path: string): SourceLocation[] {
    return [locateField(manifest, path)];
  }

  ofScenario(path: string): SourceLocation[] {
    return [locateField(this.#scenario.source, path)];
  }

  /** The line of every manifest of that Deployment, the one given first. */
  ofDeployment(deployment: Deployment, path: string): SourceLocation[] {
    return this.#everywhere(deployment, path);
  }

  /** The line in the manifest that the pod was made from, then in the other manifests of the same Deployment. */
  ofTemplate(template: PodTemplate, path: string): SourceLocation[] {
    const own = this.#objects.find((object) => hasTemplate(object) && object.template.hash === template.hash);
    return own === undefined ? [] : this.#everywhere(own, path);
  }

  #everywhere(own: KubernetesObject, path: string): SourceLocation[] {
    const others = this.#objects.filter(
      (object) => object !== own && object.kind === own.kind && object.name === own.name,
    );
    const locations = [own, ...others].map((object) => locateField(object, path));
    const seen = new Set<string>();
    return locations.filter(({ file, line }) => {
      const key = `${file}:${line}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
  }
}

function hasTemplate(
  object: KubernetesObject,
): object is Extract<KubernetesObject, { readonly template: PodTemplate }> {
  return object.kind === 'Deployment' || object.kind === 'ReplicaSet' || object.kind === 'Job';
}
