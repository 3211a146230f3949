/**
 * Mistakes that need no simulation: every rule over every manifest of a scenario, or over bare manifests.
 */
import type { Diagnostic } from '../diagnostic.ts';
import { DiagnosticList } from '../diagnostic-list.ts';
import type { ScenarioFiles } from '../file-set.ts';
import { readManifests, type ManifestReading } from '../manifest-files.ts';
import { reportUses } from '../manifests/object-use.ts';
import { allObjects, reportManifestReferences } from '../references.ts';
import type { KubernetesObject, Scenario } from '../scenario.ts';
import { Settings } from '../settings.ts';
import { WorkloadResolver } from '../workload.ts';
import type { LintSubject } from './lint-subject.ts';
import { lintAutoscalers, lintBudgets, lintDeployment, lintServices } from './rollout-rules.ts';
import { lintContainer } from './container-rules.ts';

/** Warnings W4xx of a loaded scenario, by place. */
export function lintScenario(scenario: Pick<Scenario, 'before' | 'changes'>): readonly Diagnostic[] {
  const diagnostics = new DiagnosticList();
  lintObjects({ objects: allObjects(scenario), codeIsKnown: true }, diagnostics);
  return diagnostics.sorted();
}

/**
 * Errors and warnings of manifests without a scenario. What their code does is not known, so rules that need it are
 * left out.
 * @param paths files and folders among `files.entries`
 */
export function lintManifests(files: ScenarioFiles, paths: readonly string[]): readonly Diagnostic[] {
  const diagnostics = new DiagnosticList();
  const workloads = new WorkloadResolver(null, diagnostics);
  const settings = new Settings([], diagnostics);
  const reading: ManifestReading = { files, settings, diagnostics, workloads, uses: [], gaps: [] };
  const objects: KubernetesObject[] = [];
  for (const path of paths) {
    objects.push(...readManifests(path, { file: path, line: 1, column: 1 }, 'before', reading));
  }
  if (reading.gaps.length === 0) {
    reportManifestReferences(objects, diagnostics);
    reportUses(reading.uses, objects, diagnostics);
  }
  lintObjects({ objects, codeIsKnown: false }, diagnostics);
  return diagnostics.sorted();
}

function lintObjects(subject: LintSubject, diagnostics: DiagnosticList): void {
  for (const object of subject.objects) {
    if (object.kind !== 'Deployment') continue;
    lintDeployment(object, subject, diagnostics);
    for (const container of object.template.containers)
      lintContainer(container, object, subject, diagnostics);
  }
  lintServices(subject, diagnostics);
  lintBudgets(subject, diagnostics);
  lintAutoscalers(subject, diagnostics);
}
