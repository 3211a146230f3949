/**
 * Settings → strategic merge patches, one for each object. What the object holds beside the settings stays; where a hook
 * changes its handler the old one is taken out by name, since a merge would keep both and the API server refuses that.
 */
import type { Container, Hook, KubernetesObject, Scenario } from '../../scenario/scenario.ts';
import { parseSetting, type Setting } from '../../scenario/setting.ts';
import type { PathSegment } from '../../scenario/source-map.ts';
import { isRecord } from '../../scenario/yaml-document.ts';
import type { SettingValues } from '../remedy.ts';
import { settingText } from '../setting-text.ts';

export interface Patch {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** null deletes a field. */
  readonly patch: Readonly<Record<string, unknown>>;
}

export interface Patches {
  readonly patches: readonly Patch[];
  /** Settings of the scenario itself, and those that no merge patch can express. */
  readonly rest: SettingValues;
}

const HANDLERS: Readonly<Record<Hook['handler'], string>> = {
  exec: 'exec',
  sleep: 'sleep',
  http: 'httpGet',
  tcp: 'tcpSocket',
};

/** Kind as kubectl and manifests write it. */
const KINDS: Readonly<Record<string, string>> = {
  deployment: 'Deployment',
  service: 'Service',
  poddisruptionbudget: 'PodDisruptionBudget',
  horizontalpodautoscaler: 'HorizontalPodAutoscaler',
  resourcequota: 'ResourceQuota',
};

export function patchesOf(set: SettingValues, scenario: Scenario): Patches {
  const patches = new Map<string, Patch>();
  const rest: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(set)) {
    const setting = parseSetting(settingText(path, value), 1);
    const object = typeof setting === 'string' ? null : objectOf(setting, scenario);
    const tree =
      object === null || typeof setting === 'string' ? null : treeOf(setting.segments, value, object, []);
    if (object === null || tree === null) {
      rest[path] = value;
      continue;
    }
    const { kind, name, namespace } = object;
    const key = `${kind}/${name}`;
    const patch = merged(patches.get(key)?.patch ?? {}, tree) as Record<string, unknown>;
    patches.set(key, { kind, name, namespace, patch });
  }
  return { patches: [...patches.values()], rest };
}

/** The newest object that a setting means; null for a setting of the scenario itself. */
function objectOf({ target }: Setting, scenario: Scenario): KubernetesObject | null {
  if (target === null) return null;
  const kind = KINDS[target.kind.toLowerCase()];
  const applied = scenario.changes.flatMap(({ action }) => (action.kind === 'apply' ? action.objects : []));
  const objects = [...applied.toReversed(), ...scenario.before];
  return objects.find((object) => object.kind === kind && object.name === target.name) ?? null;
}

/** null when a list would have to be merged that has no names to merge by. */
function treeOf(
  segments: readonly PathSegment[],
  value: unknown,
  object: KubernetesObject,
  done: readonly PathSegment[],
): unknown {
  const [first, ...others] = segments;
  if (first === undefined) return withoutOldHandler(value, object, done);
  const member = containerName(first, object, done);
  if (member === null && (typeof first === 'number' || /^\[.*\]$/u.test(first))) return null;
  const below = treeOf(others, value, object, [...done, first]);
  // A deletion is a null at the end of the path, not a path that cannot be expressed.
  if (below === null && others.length > 0) return null;
  return member === null ? { [first]: below } : [{ name: member, ...(isRecord(below) ? below : {}) }];
}

/** The name of the container that a segment below `containers` means. */
function containerName(
  segment: PathSegment,
  object: KubernetesObject,
  done: readonly PathSegment[],
): string | null {
  if (object.kind !== 'Deployment' || done.at(-1) !== 'containers') return null;
  if (typeof segment === 'number') return object.template.containers[segment]?.name ?? null;
  return /^\[(.*)\]$/u.exec(segment)?.[1] ?? null;
}

function withoutOldHandler(value: unknown, object: KubernetesObject, path: readonly PathSegment[]): unknown {
  if (object.kind !== 'Deployment' || path.at(-1) !== 'preStop' || !isRecord(value)) return value;
  const container = object.template.containers.find(
    ({ name }, index) => path.includes(`[${name}]`) || path.includes(index),
  );
  const old = oldHandler(container);
  return old === null || Object.hasOwn(value, old) ? value : { [old]: null, ...value };
}

function oldHandler(container: Container | undefined): string | null {
  return container?.preStop == null ? null : HANDLERS[container.preStop.handler];
}

/** Maps member by member, lists of containers by name, everything else replaced. */
function merged(a: unknown, b: unknown): unknown {
  if (Array.isArray(a) && Array.isArray(b)) return mergedByName(a, b);
  if (!isRecord(a) || !isRecord(b)) return b;
  const members = { ...a };
  for (const [key, value] of Object.entries(b)) {
    members[key] = Object.hasOwn(a, key) ? merged(a[key], value) : value;
  }
  return members;
}

function mergedByName(a: readonly unknown[], b: readonly unknown[]): readonly unknown[] {
  const kept = a.map((item) => {
    const other = b.find((candidate) => nameOf(candidate) === nameOf(item));
    return other === undefined ? item : merged(item, other);
  });
  return [...kept, ...b.filter((item) => !a.some((other) => nameOf(other) === nameOf(item)))];
}

function nameOf(item: unknown): unknown {
  return isRecord(item) ? item['name'] : undefined;
}
