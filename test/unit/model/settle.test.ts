/** The settled state before time 0, seen in the API server and in the first second of a run. */
import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../../src/kernel/time.ts';
import { seedSettledState } from '../../../src/model/settle.ts';
import { settledPlacement } from '../../../src/model/cluster/scheduling/settled-placement.ts';
import { simulate } from '../../../src/model/simulate.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { testCluster } from './cluster/test-cluster.ts';
import { deploymentManifest, smallScenario, type SmallScenario } from './small-scenario.ts';

function seeded(scenario: Scenario) {
  const context = testCluster({ nodes: scenario.cluster.nodes });
  const place = settledPlacement(context.cluster.nodes, context.streams);
  const running = seedSettledState(context.api, scenario, place);
  return { api: context.api, running };
}

const OLDER = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: 'web-older',
    annotations: { 'deployment.kubernetes.io/revision': '1' },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'x', controller: true }],
  },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'example.com/web:0.9.0' }] },
    },
  },
};

describe('the settled state', () => {
  it('has every pod Ready for an hour, spread over the nodes', () => {
    const { api, running } = seeded(smallScenario({ replicas: 6, nodes: 3 }));
    const pods = [...api.readAll('Pod').values()];
    expect(pods).toHaveLength(6);
    expect(running.map(({ name }) => name)).toEqual(pods.map(({ name }) => name));
    for (const pod of pods) {
      expect(pod).toMatchObject({ phase: 'Running', ready: true, hasIp: true, deletionMs: null });
      expect(pod.readyTransitionMs).toBe(-HOUR_MS);
      expect(pod.createdMs).toBe(-HOUR_MS);
    }
    const nodes = pods.map(({ nodeName }) => nodeName).toSorted((a, b) => String(a).localeCompare(String(b)));
    expect(nodes).toEqual(['worker-1', 'worker-1', 'worker-2', 'worker-2', 'worker-3', 'worker-3']);
  });

  it('leaves a pod that fits on no node pending', () => {
    const resources = { requests: { cpu: '12' } };
    const { api, running } = seeded(smallScenario({ replicas: 3, nodes: 2, container: { resources } }));
    const pods = [...api.readAll('Pod').values()];
    expect(running).toHaveLength(2);
    expect(pods.filter(({ nodeName }) => nodeName === null)).toHaveLength(1);
    expect(pods.find(({ nodeName }) => nodeName === null)).toMatchObject({ phase: 'Pending', ready: false });
  });

  it('has one ReplicaSet for the Deployment, whose status has caught up', () => {
    const { api } = seeded(smallScenario({ replicas: 4 }));
    expect([...api.readAll('ReplicaSet').values()]).toMatchObject([
      { deployment: 'web', replicas: 4, status: { replicas: 4, readyReplicas: 4, availableReplicas: 4 } },
    ]);
    const [deployment] = api.readAll('Deployment').values();
    expect(deployment?.status).toMatchObject({ updatedReplicas: 4, availableReplicas: 4 });
    expect(deployment?.status.observedGeneration).toBe(deployment?.generation);
    expect([...api.readAll('Service').keys()]).toEqual(['web']);
  });

  it('remembers older revisions, and seeds a Deployment with no replicas without pods', () => {
    const { api } = seeded(smallScenario({ files: { 'manifests/older.yaml': OLDER } }));
    const sizes = new Map([...api.readAll('ReplicaSet').values()].map((set) => [set.revision, set.replicas]));
    expect(sizes).toEqual(
      new Map([
        [1, 0],
        [2, 3],
      ]),
    );
    expect(seeded(smallScenario({ replicas: 0 })).running).toEqual([]);
  });
});

describe('a run in which nothing is changed', () => {
  const quiet: SmallScenario = { changes: [], container: { readinessProbe: { tcpSocket: { port: 8080 } } } };

  it('stays as it was: nothing is created, scaled or withdrawn, and nothing fails', () => {
    const other = JSON.stringify(deploymentManifest({ replicas: 2 }, '1')).replaceAll('"web"', '"other"');
    const files = { 'manifests/other.yaml': JSON.parse(other) as unknown };
    const record = simulate(smallScenario({ ...quiet, files, workloads: { other: {} } }), { seed: 4 });
    expect(record.timeline.filter(({ timeMs }) => timeMs >= 0)).toEqual([]);
    expect(record.totals.failed).toBe(0);
    expect(record.rollout.outcome).toBe('none');
    expect(record.endMs).toBe(60_000);
    expect(new Set(record.series.readyEndpoints)).toEqual(new Set([3]));
  });

  it.each(['exact', 'skip-ahead'] as const)(
    'has kept-alive connections and answers from the first moment on, whatever a full server does: %s',
    (engine) => {
      const clients = { count: 8, connectionsEach: 8, keepAlive: true };
      const scenario = smallScenario({ ...quiet, rate: 500, workload: { overflow: 'drop' }, clients });
      const { ok, newConnections } = simulate(scenario, { seed: 4, engine }).series;
      expect(Math.min(...ok.slice(0, 3))).toBeGreaterThan(20);
      expect(newConnections.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    },
  );
});
