/**
 * Manifest paths of the scenario → objects: folders, multi-document files and Lists are opened, settings applied.
 */
import type { SourceLocation } from './diagnostic.ts';
import type { DiagnosticCode } from './diagnostic-codes.ts';
import { normalizePath, type FileEntry, type ReadProblem, type ScenarioFiles } from './file-set.ts';
import type { ManifestContext } from './manifests/pod-template.ts';
import { readManifest } from './manifests/read-manifest.ts';
import type { KubernetesObject } from './scenario.ts';
import type { Settings } from './settings.ts';
import { subMap } from './source-map.ts';
import { isRecord, parseYaml, type SourceDocument } from './yaml-document.ts';

export interface ManifestReading extends ManifestContext {
  readonly files: ScenarioFiles;
  readonly settings: Settings;
  /** Paths of manifests that could not be read in full: what they hold is not known. */
  readonly gaps: string[];
}

const PROBLEM_CODES: Readonly<Record<ReadProblem, DiagnosticCode>> = {
  missing: 'E110',
  'not-a-file': 'E111',
  'too-large': 'E112',
  binary: 'E113',
  'symlink-loop': 'E114',
  unreadable: 'E115',
};

/** @param location where the scenario names the path */
export function readManifests(
  path: string,
  location: SourceLocation,
  scope: 'before' | 'changes',
  reading: ManifestReading,
): readonly KubernetesObject[] {
  return manifestDocuments(path, location, reading).flatMap((document) => {
    reading.settings.applyToManifest(scope, document);
    const errors = reading.diagnostics.errorCount;
    const object = readManifest(document, reading);
    if (object === null && reading.diagnostics.errorCount > errors) reading.gaps.push(path);
    return object === null ? [] : [object];
  });
}

/** The documents behind a path, as they are written. */
export function manifestDocuments(
  path: string,
  location: SourceLocation,
  reading: Pick<ManifestReading, 'diagnostics' | 'files' | 'gaps'>,
): readonly SourceDocument[] {
  const { diagnostics, files } = reading;
  const normal = normalizePath(path);
  const entry = entryOf(files, normal);
  if (entry.kind === 'problem') {
    reportProblem(path, entry, location, reading);
    reading.gaps.push(path);
    return [];
  }
  if (entry.kind === 'text') {
    const errors = diagnostics.errorCount;
    const documents = textDocuments(normal, entry, reading);
    if (diagnostics.errorCount > errors) reading.gaps.push(path);
    return documents;
  }
  for (const folder of entry.folders) {
    diagnostics.add('W205', location, {
      message: `${path} holds the folder ${folder}, which is not read.`,
      value: folder,
    });
  }
  if (entry.files.length === 0) {
    diagnostics.add('E107', location, {
      message: `${path} holds no YAML file.`,
      value: path,
      expected: 'files that end in .yaml, .yml or .json',
    });
    reading.gaps.push(path);
  }
  return entry.files.flatMap((name) => manifestDocuments(`${normal}/${name}`, location, reading));
}

export function entryOf(files: ScenarioFiles, path: string): FileEntry {
  const normal = normalizePath(path);
  const entry = Object.hasOwn(files.entries, normal) ? files.entries[normal] : undefined;
  return entry ?? { kind: 'problem', problem: 'missing', detail: 'no such file' };
}

export function reportProblem(
  path: string,
  entry: FileEntry & { kind: 'problem' },
  location: SourceLocation,
  { diagnostics }: Pick<ManifestContext, 'diagnostics'>,
  hint = 'Paths are relative to the folder of scenario.yaml.',
): void {
  diagnostics.add(PROBLEM_CODES[entry.problem], location, {
    message: `${path} cannot be read: ${entry.detail}.`,
    value: path,
    hint: entry.problem === 'missing' ? hint : undefined,
  });
}

/** What files without a fault hold: whoever loads a scenario again and again with other settings parses it once. */
const PARSED = new WeakMap<
  FileEntry,
  { readonly file: string; readonly documents: readonly SourceDocument[] }
>();

/** Every object of a file: its documents, and the items of those that are Lists. The caller may change them. */
export function textDocuments(
  file: string,
  entry: FileEntry & { readonly kind: 'text' },
  { diagnostics }: Pick<ManifestContext, 'diagnostics'>,
): readonly SourceDocument[] {
  const known = PARSED.get(entry);
  if (known?.file === file) return structuredClone(known.documents);
  const before = diagnostics.count;
  const documents = parseYaml(file, entry.text, diagnostics).flatMap(listItems);
  if (diagnostics.count > before) return documents;
  if (documents.length === 0) {
    diagnostics.add('E107', { file, line: 1, column: 1 }, { message: 'The file holds no YAML document.' });
  } else PARSED.set(entry, { file, documents: structuredClone(documents) });
  return documents;
}

function listItems(document: SourceDocument): readonly SourceDocument[] {
  const { value } = document;
  if (!isRecord(value) || value['kind'] !== 'List' || !Array.isArray(value['items'])) return [document];
  return value['items'].map((item: unknown, index) => ({
    file: document.file,
    value: item,
    source: subMap(document.source, `items[${index}]`),
  }));
}
