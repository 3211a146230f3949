/** The scenario that `sim init` writes, with settings, for tests: small and complete. */
import { templateFiles } from '../../../src/cli/init-template.ts';
import type { FileEntry, ScenarioFiles } from '../../../src/scenario/file-set.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';

export function templateScenarioFiles(): ScenarioFiles {
  const entries: Record<string, FileEntry> = {
    manifests: { kind: 'folder', files: ['deployment.yaml', 'service.yaml'], folders: [] },
  };
  for (const { path, text } of templateFiles('web')) entries[path] = { kind: 'text', text };
  return { root: '.', scenarioFile: 'scenario.yaml', entries };
}

/** @throws Error when the settings do not fit */
export function templateScenario(...set: readonly string[]): Scenario {
  const { scenario, diagnostics } = loadScenario(templateScenarioFiles(), { set });
  if (scenario === null) throw new Error(JSON.stringify(diagnostics, null, 2));
  return scenario;
}

export function reloadTemplate(...set: readonly string[]): (further: readonly string[]) => Scenario | null {
  return (further) => loadScenario(templateScenarioFiles(), { set: [...set, ...further] }).scenario;
}

const CONTAINER = 'deployment/web.spec.template.spec.containers[web]';

/** Settings that make the template's rollout fail requests. */
export const KILL_FIRST: readonly string[] = [
  `${CONTAINER}.lifecycle.preStop={exec: {command: [sh, -c, "kill -TERM 1; sleep 20"]}}`,
  'spec.workload.web.onSigterm={style: stop-accept, drainMax: 10s}',
];

/** Few requests and fast pods, for tests that simulate. */
export const QUICK: readonly string[] = [
  'spec.traffic.rate=100',
  'spec.traffic.clients.keepAlive=false',
  'deployment/web.spec.replicas=2',
];
