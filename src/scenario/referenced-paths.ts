/**
 * Which files a scenario names, found before anything is checked, so that a reader knows what to fetch.
 */
import { DiagnosticList } from './diagnostic-list.ts';
import { normalizePath } from './file-set.ts';
import { isProfileFile } from './profile-input.ts';
import { Settings } from './settings.ts';
import { isRecord, parseYaml } from './yaml-document.ts';

/**
 * Normalised paths of manifests and profile, in order and once each. Faults in the text are ignored here; loading
 * reports them. @param set settings, which may name other files
 */
export function referencedPaths(scenarioText: string, set: readonly string[] = []): readonly string[] {
  const ignored = new DiagnosticList();
  const [document] = parseYaml('scenario.yaml', scenarioText, ignored);
  if (document === undefined) return [];
  new Settings(set, ignored).applyToScenario(document);
  const spec = isRecord(document.value) ? document.value['spec'] : undefined;
  if (!isRecord(spec)) return [];
  const { before, changes, cluster } = spec;
  const applied = list(changes).flatMap((change) => (isRecord(change) ? list(change['apply']) : []));
  const profile = isRecord(cluster) ? cluster['profile'] : undefined;
  const profiles = typeof profile === 'string' && isProfileFile(profile) ? [profile] : [];
  const paths = [...list(before), ...applied, ...profiles];
  return [...new Set(paths.filter((path) => typeof path === 'string').map(normalizePath))];
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
