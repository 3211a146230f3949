/** The manifests of every bundled scenario as a replay applies them: that nothing changes but what the record accounts for. */
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { bundledScenarios } from '../../src/scenario-files.ts';
import { readSettings } from '../../src/harness/workload/settings.ts';
import type { RawObject } from '../../src/harness/manifests/raw-objects.ts';
import { joinPath } from '../../src/scenario/source-map.ts';
import type { ManifestChange } from '../../src/record.ts';
import { environmentOf, fitBundled, podSpecOf } from '../unit/harness/manifests/fitted-scenario.ts';

/** Every path at which two values differ; lists that grew differ at their first new item. */
function differingPaths(before: unknown, after: unknown, path = ''): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isTree(before) || !isTree(after)) return [path];
  if (Array.isArray(before) && Array.isArray(after)) {
    const grown = after.length > before.length ? [`${path}[${before.length}…]`] : [];
    return [...before.flatMap((item, i) => differingPaths(item, after[i], `${path}[${i}]`)), ...grown];
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => {
    const at = joinPath(path, key);
    return differingPaths(
      (before as Record<string, unknown>)[key],
      (after as Record<string, unknown>)[key],
      at,
    );
  });
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

const nameOf = ({ kind, metadata }: RawObject): string => `${kind.toLowerCase()}/${metadata.name}`;

/** A difference is accounted for when the account names its place, or one above or below it. */
function isAccounted(path: string, changes: readonly ManifestChange[]): boolean {
  const plain = path.replace(/\[\d+…\]$/u, '');
  return changes.some((change) => {
    const named = change.path.replace(/\[\d+…\]$/u, '');
    return plain === named || isBelow(plain, named) || isBelow(named, plain);
  });
}

const isBelow = (path: string, above: string): boolean =>
  path.startsWith(`${above}.`) || path.startsWith(`${above}[`);

describe.each(bundledScenarios())('%s', (name) => {
  const { raw, fitted, scenario } = fitBundled(name);

  it('changes nothing without an account of it', () => {
    const stages = [raw.before, ...raw.changes].map((objects, i) => ({
      objects,
      applied: [fitted.before, ...fitted.changes][i] ?? [],
    }));
    for (const { objects, applied } of stages) {
      for (const object of objects) {
        const changes = fitted.differences.filter(({ object: named }) => named === nameOf(object));
        const after = applied.find((each) => nameOf(each) === nameOf(object));
        if (after === undefined) expect(changes.map(({ path }) => path)).toContain('');
        else {
          const paths = differingPaths(object, after);
          expect(paths.filter((path) => !isAccounted(path, changes))).toEqual([]);
        }
      }
    }
  });

  it('rolls out where the scenario does', () => {
    const all = [
      ...scenario.before,
      ...scenario.changes.flatMap(({ action }) => ('objects' in action ? action.objects : [])),
    ];
    const hashes = new Set(
      all.flatMap((object) =>
        object.kind === 'Deployment' ? [`${object.name} ${object.template.hash}`] : [],
      ),
    );
    const applied = [...fitted.before, ...fitted.changes.flat()].filter(({ kind }) => kind === 'Deployment');
    const templates = new Set(
      applied.map(
        (each) =>
          `${each.metadata.name} ${JSON.stringify(each['spec'] && (each['spec'] as { template: unknown }).template)}`,
      ),
    );
    expect(templates.size).toBe(hashes.size);
  });

  it('tells every container how to behave', () => {
    for (const object of [...fitted.before, ...fitted.changes.flat()]) {
      if (object.kind !== 'Deployment' && object.kind !== 'Job') continue;
      expect(podSpecOf(object).containers.length).toBeGreaterThan(0);
      expect(readSettings(environmentOf(object)).workload.concurrency).toBeGreaterThan(0);
    }
  });
});

it('black-friday, in full', async () => {
  const { fitted } = fitBundled('black-friday');
  const options = { lineWidth: 120, aliasDuplicateObjects: false };
  await expect(stringify(fitted, options)).toMatchFileSnapshot('manifests/black-friday.yaml');
});
