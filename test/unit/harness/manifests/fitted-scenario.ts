/** Scenarios fitted to a cluster of two CPUs, as a replay on a small machine has it. */
import { readScenarioFiles } from '../../../../src/scenario-files.ts';
import type { ScenarioFiles } from '../../../../src/scenario/file-set.ts';
import { loadScenario } from '../../../../src/scenario/load.ts';
import type { Scenario } from '../../../../src/scenario/scenario.ts';
import { fitManifests, type FittedManifests } from '../../../../src/harness/manifests/fit-manifests.ts';
import {
  readRawObjects,
  type RawObject,
  type RawObjects,
} from '../../../../src/harness/manifests/raw-objects.ts';
import { resourceScale, type TargetCluster } from '../../../../src/harness/manifests/target-cluster.ts';

export interface FittedScenario {
  readonly scenario: Scenario;
  readonly raw: RawObjects;
  readonly target: TargetCluster;
  readonly fitted: FittedManifests;
}

function fitFiles(files: ScenarioFiles, set: readonly string[] = []): FittedScenario {
  const { scenario, diagnostics } = loadScenario(files, { set });
  if (scenario === null) throw new Error(JSON.stringify(diagnostics));
  const raw = readRawObjects(files, set);
  const target: TargetCluster = {
    namespace: 'rollout-sim',
    image: 'docker.io/rollout-sim/workload:test',
    nodePort: 30_080,
    scale: resourceScale(scenario.cluster.nodes, { cpus: 2, memoryBytes: 8 * 1024 ** 3 }),
    liveNode: (name) => `live-${name}`,
  };
  return { scenario, raw, target, fitted: fitManifests(scenario, raw, target) };
}

export function fitBundled(name: string, set: readonly string[] = []): FittedScenario {
  return fitFiles(readScenarioFiles(name, set), set);
}

/** A scenario of one Deployment, one Service and what else is given, all as YAML. */
export function fitYaml(deployment: string, more = ''): FittedScenario {
  const scenario = `apiVersion: rollout-sim/v1
kind: Scenario
metadata: { name: test, description: test }
spec:
  before: [all.yaml]
  workload: { web: { boot: 1s, dependencies: [redis] } }
  traffic: { service: web, rate: 10 }
`;
  const text = `${deployment}\n---\n${SERVICE}${more === '' ? '' : `\n---\n${more}`}`;
  return fitFiles({
    root: '.',
    scenarioFile: 'scenario.yaml',
    entries: {
      'scenario.yaml': { kind: 'text', text: scenario },
      'all.yaml': { kind: 'text', text },
    },
  });
}

const SERVICE = `apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80, targetPort: 9000 }] }`;

/** @param container further fields of the container @param pod further fields of the pod's spec */
export function deploymentYaml(container = '', pod = ''): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: company/web:1
${indented(container, 10)}
${indented(pod, 6)}`;
}

function indented(text: string, by: number): string {
  return text
    .split('\n')
    .map((line) => ' '.repeat(by) + line)
    .join('\n');
}

export function deploymentOf({ fitted }: FittedScenario): RawObject {
  const found = fitted.before.find(({ kind }) => kind === 'Deployment');
  if (found === undefined) throw new Error('no Deployment is applied');
  return found;
}

interface PodSpecView {
  readonly containers: readonly (Record<string, unknown> & {
    readonly env: readonly { readonly name: string; readonly value?: string }[];
  })[];
  readonly [field: string]: unknown;
}

export function podSpecOf(object: RawObject): PodSpecView {
  return (object['spec'] as { template: { spec: PodSpecView } }).template.spec;
}

/** The environment variables with a value of their own. */
export function environmentOf(object: RawObject): Record<string, string> {
  const env = podSpecOf(object).containers[0]?.env ?? [];
  return Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
}
