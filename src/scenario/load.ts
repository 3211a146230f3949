/**
 * Reads a scenario: files in memory → a checked Scenario, or everything that is wrong with them.
 */
import { readChanges } from './changes.ts';
import { readChaos } from './chaos/read-chaos.ts';
import { toCluster } from './cluster.ts';
import type { Diagnostic } from './diagnostic.ts';
import { DiagnosticList } from './diagnostic-list.ts';
import { scenarioDigest } from './digest.ts';
import { toExpectations } from './expectations.ts';
import { resolveFaults } from './fault-references.ts';
import { readFaults } from './faults.ts';
import type { ScenarioFiles } from './file-set.ts';
import { reportLimits } from './limits.ts';
import {
  entryOf,
  readManifests,
  reportProblem,
  textDocuments,
  type ManifestReading,
} from './manifest-files.ts';
import { reportUses } from './manifests/object-use.ts';
import { namedManifests } from './referenced-paths.ts';
import { readProfile } from './profile-input.ts';
import { allObjects, reportReferences } from './references.ts';
import type { Scenario } from './scenario.ts';
import { scenarioSchema } from './scenario-schema.ts';
import { Settings } from './settings.ts';
import { locateValue } from './source-map.ts';
import { toTraffic } from './traffic.ts';
import { WorkloadResolver } from './workload.ts';
import type { SourceDocument } from './yaml-document.ts';
import { checkDocument } from './zod-issues.ts';

export interface LoadResult {
  /** null when at least one diagnostic is an error. */
  readonly scenario: Scenario | null;
  /** Errors first, each group by place. Warnings stand in `scenario.warnings` as well. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface LoadOptions {
  /** Settings as `--set` takes them: `spec.traffic.rate=5000`, `deployment/NAME.spec.replicas=10`. */
  readonly set?: readonly string[];
}

/**
 * Reads and checks a scenario. Pure: the same files and settings give the same result.
 * Never throws on what the user wrote; every problem is a diagnostic, and all of them are given at once.
 */
export function loadScenario(files: ScenarioFiles, options: LoadOptions = {}): LoadResult {
  const diagnostics = new DiagnosticList();
  const settings = new Settings(options.set ?? [], diagnostics);
  const document = scenarioDocument(files, diagnostics);
  const scenario = document === null ? null : readScenario(document, files, settings, diagnostics);
  const sorted = diagnostics.sorted();
  if (scenario === null || diagnostics.hasErrors) return { scenario: null, diagnostics: sorted };
  return { scenario: { ...scenario, warnings: sorted }, diagnostics: sorted };
}

function scenarioDocument(files: ScenarioFiles, diagnostics: DiagnosticList): SourceDocument | null {
  const file = files.scenarioFile;
  const location = { file, line: 1, column: 1 };
  const entry = entryOf(files, file);
  if (entry.kind !== 'text') {
    const problem =
      entry.kind === 'problem'
        ? entry
        : ({ kind: 'problem', problem: 'not-a-file', detail: 'it is a folder' } as const);
    reportProblem(
      file,
      problem,
      location,
      { diagnostics },
      'A scenario’s folder holds scenario.yaml: sim init writes one. Bare manifests are for sim lint.',
    );
    return null;
  }
  const [document, second] = textDocuments(file, entry, { diagnostics });
  if (document === undefined) return null;
  if (second !== undefined) {
    diagnostics.add('E211', locateValue(second.source, ''), {
      message: 'A scenario file holds one document.',
      hint: 'Put manifests into files of their own and name them in spec.before or spec.changes.',
    });
  }
  return document;
}

function readScenario(
  document: SourceDocument,
  files: ScenarioFiles,
  settings: Settings,
  diagnostics: DiagnosticList,
): Omit<Scenario, 'warnings'> | null {
  settings.applyToScenario(document);
  const { source } = document;
  const input = checkDocument(scenarioSchema, document, diagnostics);
  const workloads = new WorkloadResolver(input?.spec.workload ?? null, diagnostics);
  const reading: ManifestReading = { files, settings, diagnostics, workloads, uses: [], gaps: [] };
  if (input === null) {
    readNamedManifests(document, reading);
    return null;
  }
  const { metadata, spec } = input;
  const profile = readProfile(spec.cluster.profile, document, files, diagnostics);
  const before = spec.before.flatMap((path, index) =>
    readManifests(path, locateValue(source, `spec.before[${index}]`), 'before', reading),
  );
  const changes = readChanges(spec.changes, source, reading);
  const faults = readFaults(spec.faults, source, reading);
  settings.reportUnused();
  const content = {
    name: metadata.name,
    description: metadata.description,
    teaches: metadata.teaches,
    cluster: toCluster(spec.cluster, source, diagnostics),
    before,
    changes,
    traffic: toTraffic(spec.traffic, source, diagnostics),
    expect: toExpectations(spec.expect, source),
    limits: {
      durationMs: spec.limits.duration,
      podsMax: spec.limits.pods,
      requestsMax: spec.limits.requests,
    },
    source: { file: source.file, lines: source.values },
  };
  // With a manifest unread, every reference to what it may hold would look dangling.
  if (reading.gaps.length === 0) {
    workloads.reportUnused(source);
    reportReferences(content, diagnostics);
    reportUses(reading.uses, allObjects(content), diagnostics);
    reportLimits(content, diagnostics);
  }
  const checked = reading.gaps.length === 0 ? resolveFaults(faults, content, diagnostics) : [];
  if (profile === null || diagnostics.hasErrors) return null;
  const scenario = { ...content, faults: checked, profile };
  return { ...scenario, digest: scenarioDigest(scenario) };
}

/** Reads the manifests of a scenario that is itself in error, so that their faults are shown at the same time. */
function readNamedManifests(document: SourceDocument, reading: ManifestReading): void {
  const { before, changes, chaos } = namedManifests(document.value);
  for (const { path, field } of before) {
    readManifests(path, locateValue(document.source, field), 'before', reading);
  }
  for (const { path, field } of changes) {
    readManifests(path, locateValue(document.source, field), 'changes', reading);
  }
  for (const { path, field } of chaos) readChaos(path, locateValue(document.source, field), reading);
  if (reading.gaps.length === 0) reading.settings.reportUnused();
}
