/**
 * Which files a scenario names, found before anything is checked, so that a reader knows what to fetch.
 */
import { DiagnosticList } from './diagnostic-list.ts';
import { normalizePath } from './file-set.ts';
import { isProfileFile } from './profile-input.ts';
import { Settings } from './settings.ts';
import { isRecord, parseYaml } from './yaml-document.ts';

/**
 * Normalised paths of manifests, chaos objects and profile, in order and once each. Faults in the text are ignored here; loading
 * reports them. @param set settings, which may name other files
 */
export function referencedPaths(scenarioText: string, set: readonly string[] = []): readonly string[] {
  const ignored = new DiagnosticList();
  const [document] = parseYaml('scenario.yaml', scenarioText, ignored);
  if (document === undefined) return [];
  new Settings(set, ignored).applyToScenario(document);
  const { before, changes, chaos } = namedManifests(document.value);
  const cluster = specOf(document.value)['cluster'];
  const profile = isRecord(cluster) ? cluster['profile'] : undefined;
  const profiles = typeof profile === 'string' && isProfileFile(profile) ? [profile] : [];
  return [
    ...new Set(
      [...[...before, ...changes, ...chaos].map(({ path }) => path), ...profiles].map(normalizePath),
    ),
  ];
}

export interface NamedManifest {
  readonly path: string;
  /** Where the scenario names it. */
  readonly field: string;
}

/** The manifest paths of a scenario that need not be valid. */
export function namedManifests(scenario: unknown): {
  readonly before: readonly NamedManifest[];
  readonly changes: readonly NamedManifest[];
  readonly chaos: readonly NamedManifest[];
} {
  const { before, changes, faults } = specOf(scenario);
  return {
    before: named(before, 'spec.before'),
    changes: (Array.isArray(changes) ? changes : []).flatMap((change: unknown, index) =>
      isRecord(change) ? named(change['apply'], `spec.changes[${index}].apply`) : [],
    ),
    chaos: (Array.isArray(faults) ? faults : []).flatMap((fault: unknown, index) =>
      isRecord(fault) && typeof fault['chaos'] === 'string'
        ? named(fault['chaos'], `spec.faults[${index}].chaos`)
        : [],
    ),
  };
}

function named(value: unknown, field: string): readonly NamedManifest[] {
  if (typeof value === 'string') return [{ path: value, field }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((path: unknown, index) =>
    typeof path === 'string' ? [{ path, field: `${field}[${index}]` }] : [],
  );
}

function specOf(scenario: unknown): Readonly<Record<string, unknown>> {
  const spec = isRecord(scenario) ? scenario['spec'] : undefined;
  return isRecord(spec) ? spec : {};
}
