/**
 * The scenario's manifests as they are written, `--set` values in them: what is applied to a real cluster has every field, not
 * only those that the model knows.
 */
import { DiagnosticList } from '../../scenario/diagnostic-list.ts';
import type { ScenarioFiles } from '../../scenario/file-set.ts';
import { entryOf, manifestDocuments, textDocuments } from '../../scenario/manifest-files.ts';
import { Settings } from '../../scenario/settings.ts';
import { isRecord } from '../../scenario/yaml-document.ts';

export interface RawObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string } & Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export interface RawObjects {
  readonly before: readonly RawObject[];
  /** For each change what it applies; empty for the others. */
  readonly changes: readonly (readonly RawObject[])[];
}

/**
 * @param files of a scenario that loads without an error
 * @param set the settings that it was loaded with
 * @throws Error when it does not load
 */
export function readRawObjects(files: ScenarioFiles, set: readonly string[]): RawObjects {
  const diagnostics = new DiagnosticList();
  const settings = new Settings(set, diagnostics);
  const reading = { files, diagnostics, gaps: [] };
  const read = (paths: unknown, scope: 'before' | 'changes'): RawObject[] =>
    pathList(paths).flatMap((path) =>
      manifestDocuments(path, { file: files.scenarioFile, line: 1, column: 1 }, reading).flatMap(
        (document) => {
          settings.applyToManifest(scope, document);
          return isRawObject(document.value) ? [document.value] : [];
        },
      ),
    );
  const spec = specOf(files, settings, diagnostics);
  const changes = Array.isArray(spec['changes']) ? (spec['changes'] as unknown[]) : [];
  const objects = {
    before: read(spec['before'], 'before'),
    changes: changes.map((change) => (isRecord(change) ? read(change['apply'], 'changes') : [])),
  };
  if (diagnostics.hasErrors) throw new Error('only a scenario that loads has manifests to apply');
  return objects;
}

function specOf(
  files: ScenarioFiles,
  settings: Settings,
  diagnostics: DiagnosticList,
): Readonly<Record<string, unknown>> {
  const entry = entryOf(files, files.scenarioFile);
  const [document] = entry.kind === 'text' ? textDocuments(files.scenarioFile, entry, { diagnostics }) : [];
  if (document === undefined) throw new Error('a scenario without a file has no manifests');
  settings.applyToScenario(document);
  const spec = isRecord(document.value) ? document.value['spec'] : undefined;
  return isRecord(spec) ? spec : {};
}

function pathList(value: unknown): readonly string[] {
  return [value].flat().filter((path): path is string => typeof path === 'string');
}

function isRawObject(value: unknown): value is RawObject {
  if (!isRecord(value) || typeof value['apiVersion'] !== 'string' || typeof value['kind'] !== 'string')
    return false;
  return isRecord(value['metadata']) && typeof value['metadata']['name'] === 'string';
}
