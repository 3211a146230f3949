/** Patches as commands for kubectl and as YAML to copy into a manifest. */
import { stringify } from 'yaml';
import type { Patch } from '../predict/tune/patch.ts';
import { shellQuoted } from './shell-quoted.ts';

export function patchCommand({ kind, name, namespace, patch }: Patch): string {
  const where = namespace === 'default' ? '' : ` -n ${namespace}`;
  const json = shellQuoted(JSON.stringify(patch));
  return `kubectl patch ${kind.toLowerCase()} ${name}${where} --type strategic -p ${json}`;
}

/** The fields as the manifest should have them; what it should no longer have stands in comments. */
export function patchYaml({ kind, name, patch }: Patch): readonly string[] {
  const removed: string[] = [];
  const kept = withoutNulls(patch, '', removed);
  const yaml = kept === undefined ? [] : stringify(kept).trimEnd().split('\n');
  return [`# ${kind} ${name}`, ...yaml, ...removed.map((path) => `# without ${path}`)];
}

/** undefined where nothing is left. */
function withoutNulls(value: unknown, path: string, removed: string[]): unknown {
  if (value === null) {
    removed.push(path);
    return undefined;
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown) => withoutNulls(item, `${path}[${nameOf(item)}]`, removed));
  }
  if (typeof value !== 'object') return value;
  const members = Object.entries(value as Record<string, unknown>).flatMap(([key, member]) => {
    const kept = withoutNulls(member, path === '' ? key : `${path}.${key}`, removed);
    return kept === undefined ? [] : [[key, kept] as const];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function nameOf(item: unknown): string {
  return typeof item === 'object' && item !== null && 'name' in item ? String(item.name) : '';
}
