/**
 * A file of Chaos Mesh objects → fault actions. PodChaos is read as it is (R-CHX-1 to R-CHX-7); other kinds exist and
 * have no counterpart in the model, and are refused rather than left out.
 */
import { didYouMean } from '../did-you-mean.ts';
import type { SourceLocation } from '../diagnostic.ts';
import { normalizePath } from '../file-set.ts';
import { entryOf, reportProblem, textDocuments, type ManifestReading } from '../manifest-files.ts';
import { locateValue } from '../source-map.ts';
import { isRecord, type SourceDocument } from '../yaml-document.ts';
import { readPodChaos, type ChaosAction } from './pod-chaos.ts';

const API_VERSION = 'chaos-mesh.org/v1alpha1';

/** Kinds of Chaos Mesh that the model cannot carry out. */
const OTHER_KINDS = [
  'NetworkChaos',
  'StressChaos',
  'IOChaos',
  'TimeChaos',
  'DNSChaos',
  'HTTPChaos',
  'KernelChaos',
  'JVMChaos',
  'BlockChaos',
  'AWSChaos',
  'GCPChaos',
  'AzureChaos',
  'CloudStackVMChaos',
  'YCChaos',
  'PhysicalMachineChaos',
  'Schedule',
  'Workflow',
  'StatusCheck',
] as const;

/** @param location where the scenario names the file */
export function readChaos(
  path: string,
  location: SourceLocation,
  reading: ManifestReading,
): readonly ChaosAction[] {
  const { diagnostics, files, settings } = reading;
  const normal = normalizePath(path);
  const entry = entryOf(files, normal);
  if (entry.kind !== 'text') {
    const problem =
      entry.kind === 'problem'
        ? entry
        : ({ kind: 'problem', problem: 'not-a-file', detail: 'it is a folder' } as const);
    reportProblem(path, problem, location, reading);
    return [];
  }
  return textDocuments(normal, entry, reading).flatMap((document) => {
    settings.applyToManifest('changes', document);
    const action = readDocument(document, diagnostics);
    return action === null ? [] : [action];
  });
}

function readDocument(
  document: SourceDocument,
  diagnostics: ManifestReading['diagnostics'],
): ChaosAction | null {
  const { kind, apiVersion } = isRecord(document.value) ? document.value : {};
  if (typeof kind !== 'string' || typeof apiVersion !== 'string') {
    diagnostics.add('E211', locateValue(document.source, ''), {
      message: 'This is no Chaos Mesh object.',
      expected: `apiVersion: ${API_VERSION} and a kind such as PodChaos`,
    });
    return null;
  }
  if (kind === 'PodChaos' && apiVersion === API_VERSION) return readPodChaos(document, diagnostics);
  const known = kind === 'PodChaos' || OTHER_KINDS.some((other) => other === kind);
  if (known && apiVersion === API_VERSION) {
    diagnostics.add('E601', locateValue(document.source, 'kind'), {
      message: `${kind} cannot be simulated.`,
      path: 'kind',
      value: kind,
      expected: 'PodChaos',
    });
    return null;
  }
  const near = didYouMean(kind, ['PodChaos', ...OTHER_KINDS]);
  diagnostics.add('E211', locateValue(document.source, known ? 'apiVersion' : 'kind'), {
    message: known ? `${kind} is not of ${apiVersion}.` : `Chaos Mesh has no kind ${kind}.`,
    path: known ? 'apiVersion' : 'kind',
    value: known ? apiVersion : kind,
    expected: known ? API_VERSION : 'PodChaos',
    hint: known || near === null ? undefined : `Did you mean ${near}?`,
  });
  return null;
}
