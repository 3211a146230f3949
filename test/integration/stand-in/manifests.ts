/** A scenario's objects as a stand-in cluster takes them: what its controllers look at, and nothing else. */
import type { PreparedManifests } from '../../../src/harness/experiment/replay-parts.ts';
import type { AppliedObject } from '../../../src/harness/kubernetes/client.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';

const LABELS = { app: 'web' };

export function standInManifests({ before, changes }: Scenario): PreparedManifests {
  return {
    before: objects(before, 'v1'),
    changes: changes.map(({ action }, index) =>
      action.kind === 'apply' ? objects(action.objects, `v${index + 2}`) : [],
    ),
    differences: [],
  };
}

function objects(list: Scenario['before'], version: string): AppliedObject[] {
  return list.flatMap((object) => {
    if (object.kind === 'Service') return [service(object.name)];
    return object.kind === 'Deployment' ? [deployment(object.name, object.replicas, version)] : [];
  });
}

function service(name: string): AppliedObject & { readonly spec: unknown } {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: LABELS } };
}

function deployment(
  name: string,
  replicas: number,
  version: string,
): AppliedObject & { readonly spec: unknown } {
  const template = {
    metadata: { labels: LABELS },
    spec: { containers: [{ name: 'web', image: `workload:${version}` }] },
  };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas, template } };
}
