/**
 * Secrets, ConfigMaps and ServiceAccounts that pods refer to, and whether the manifests hold them.
 */
import type { SourceLocation } from '../diagnostic.ts';
import type { DiagnosticList } from '../diagnostic-list.ts';
import { didYouMean } from '../did-you-mean.ts';
import type { KubernetesObject } from '../scenario.ts';
import { locateValue, parentPath } from '../source-map.ts';
import { isRecord, type SourceDocument } from '../yaml-document.ts';
import { valueAt } from '../zod-issues.ts';
import { DEFAULT_NAMESPACE } from './metadata.ts';
import type { RawContainer, RawPodTemplate, RawReference } from './pod-schema.ts';

export interface ObjectUse {
  readonly kind: 'Secret' | 'ConfigMap';
  readonly namespace: string;
  readonly name: string;
  /** null: the object as a whole. */
  readonly key: string | null;
  readonly path: string;
  readonly location: SourceLocation;
  readonly nameLocation: SourceLocation;
}

/** @param path of the pod spec inside the document */
export function usesOf(raw: RawPodTemplate, document: SourceDocument, path: string): readonly ObjectUse[] {
  const namespace = valueAt(document.value, ['metadata', 'namespace']);
  const common = { namespace: typeof namespace === 'string' ? namespace : DEFAULT_NAMESPACE };
  const uses: ObjectUse[] = [];
  const note = (
    kind: ObjectUse['kind'],
    reference: RawReference | undefined,
    key: string | null,
    at: string,
  ): void => {
    if (reference?.name === undefined || reference.optional === true) return;
    const fieldPath = `${at}.${key === null ? 'name' : 'key'}`;
    const location = locateValue(document.source, fieldPath);
    const nameLocation = locateValue(document.source, `${at}.name`);
    uses.push({ ...common, kind, name: reference.name, key, path: fieldPath, location, nameLocation });
  };
  const noteContainer = (container: RawContainer, at: string): void => {
    for (const [index, { valueFrom }] of (container.env ?? []).entries()) {
      const from = `${at}.env[${index}].valueFrom`;
      note('Secret', valueFrom?.secretKeyRef, valueFrom?.secretKeyRef?.key ?? null, `${from}.secretKeyRef`);
      note(
        'ConfigMap',
        valueFrom?.configMapKeyRef,
        valueFrom?.configMapKeyRef?.key ?? null,
        `${from}.configMapKeyRef`,
      );
    }
    for (const [index, source] of (container.envFrom ?? []).entries()) {
      note('Secret', source.secretRef, null, `${at}.envFrom[${index}].secretRef`);
      note('ConfigMap', source.configMapRef, null, `${at}.envFrom[${index}].configMapRef`);
    }
  };
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [index, container] of (raw.spec[list] ?? []).entries()) {
      noteContainer(container, `${path}.${list}[${index}]`);
    }
  }
  for (const [index, volume] of (raw.spec.volumes ?? []).entries()) {
    note('ConfigMap', volume.configMap, null, `${path}.volumes[${index}].configMap`);
    const { secret } = volume;
    if (!isRecord(secret) || typeof secret.secretName !== 'string' || secret.optional === true) continue;
    const at = `${path}.volumes[${index}].secret.secretName`;
    const location = locateValue(document.source, at);
    const { secretName: name } = secret;
    uses.push({ ...common, kind: 'Secret', name, key: null, path: at, location, nameLocation: location });
  }
  return uses;
}

export function reportUses(
  uses: readonly ObjectUse[],
  objects: readonly KubernetesObject[],
  diagnostics: DiagnosticList,
): void {
  for (const { kind, namespace, name, key, path, location, nameLocation } of uses) {
    // A change may apply a newer version of the object; it counts as soon as any version has the key.
    const versions = objects.filter(
      (object) => object.kind === kind && object.name === name && object.namespace === namespace,
    );
    const keys = versions.flatMap((object) => ('keys' in object ? object.keys : []));
    if (versions.length === 0) {
      diagnostics.add('W301', nameLocation, {
        message: `No manifest defines the ${kind} ${name} in namespace ${namespace}; it is taken to exist.`,
        path: key === null ? path : `${parentPath(path) ?? ''}.name`,
        value: name,
      });
    } else if (key !== null && !keys.includes(key)) {
      const near = didYouMean(key, keys);
      diagnostics.add('E405', location, {
        message: `${kind} ${name} has no key ${key}; the container could not start.`,
        path,
        value: key,
        expected: keys.length === 0 ? undefined : `one of ${keys.join(', ')}`,
        hint: near === null ? undefined : `Did you mean ${near}?`,
      });
    }
  }
}
