/**
 * The good scenario of test/fixtures/good, and edits of it.
 */
import { fileURLToPath } from 'node:url';
import { readScenarioFiles } from '../../../src/scenario-files.ts';
import type { ScenarioFiles } from '../../../src/scenario/file-set.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import type { Deployment, Job, Scenario } from '../../../src/scenario/scenario.ts';

export const GOOD: string = fileURLToPath(new URL('../../fixtures/good', import.meta.url));
export const FILES: ScenarioFiles = readScenarioFiles(GOOD);

/** A scenario that must load without a word. */
export function scenarioOf(files: ScenarioFiles = FILES): Scenario {
  const { scenario, diagnostics } = loadScenario(files);
  if (scenario === null || diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics, null, 2));
  return scenario;
}

export function deploymentBefore({ before }: Scenario): Deployment {
  const deployment = before.find((object) => object.kind === 'Deployment');
  if (deployment === undefined) throw new Error('no Deployment before');
  return deployment;
}

export function firstJob({ changes }: Scenario): Job {
  const objects = changes.flatMap(({ action }) => (action.kind === 'apply' ? action.objects : []));
  const job = objects.find((object) => object.kind === 'Job');
  if (job === undefined) throw new Error('no Job in changes');
  return job;
}

/** The good scenario with one of its files rewritten. */
export function edited(file: string, edit: (text: string) => string): ScenarioFiles {
  const entry = FILES.entries[file];
  if (entry?.kind !== 'text') throw new Error(`no file ${file}`);
  const text = edit(entry.text);
  if (text === entry.text) throw new Error('the edit changes nothing');
  return { ...FILES, entries: { ...FILES.entries, [file]: { kind: 'text', text } } };
}

/** The good scenario with one more manifest in `before`. */
export function withManifest(text: string): ScenarioFiles {
  return edited('manifests/others.yml', (old) => `${old}---\n${text}`);
}

export function codesOf(files: ScenarioFiles): readonly string[] {
  return loadScenario(files).diagnostics.map(({ code }) => code);
}

/** Codes of the good scenario with settings. */
export function codesWith(...set: readonly string[]): readonly string[] {
  return loadScenario(FILES, { set }).diagnostics.map(({ code }) => code);
}
