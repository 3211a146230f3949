import { describe, expect, it } from 'vitest';
import {
  apply,
  pause,
  restart,
  resume,
  revisionToUndoTo,
  rolloutStatus,
  scale,
  undo,
  type Done,
} from '../../../../src/model/cluster/kubectl.ts';
import { seedDeployment } from '../../../../src/model/cluster/deployment/seed-deployment.ts';
import type { ReplicaSetObject } from '../../../../src/model/cluster/objects.ts';
import type { Deployment, Job, ResourceQuota, Service } from '../../../../src/scenario/scenario.ts';
import { olderRevision, testDeployment, withTemplate } from './deployment/rollout-bench.ts';
import { constantProfile, testCluster, testTemplate } from './test-cluster.ts';

/** A cluster without controllers: what stands there is what kubectl wrote. */
function engineer() {
  const context = testCluster({ profile: constantProfile(1) });
  const client = context.api.client('kubectl', 1000, 1000);
  const deployments = { get: (name: string) => context.api.read('Deployment', name) };
  const replicaSets = (): ReplicaSetObject[] => [...context.api.readAll('ReplicaSet').values()];
  return {
    context,
    client,
    /** Carries out an operation to its end. @returns its refusal, or null */
    run: (start: (done: Done) => void): string | null => {
      const answers: (string | null)[] = [];
      start((refusal) => {
        answers.push(refusal);
      });
      context.simulation.runUntil(context.simulation.nowMs + 1000);
      expect(answers).toHaveLength(1);
      return answers[0] ?? null;
    },
    undo: (toRevision: number | null) => (done: Done) => {
      undo(client, deployments, replicaSets(), 'web', toRevision, done);
    },
    get web() {
      const live = deployments.get('web');
      if (live === undefined) throw new Error('web is not stored');
      return live;
    },
  };
}

const META = { namespace: 'default', labels: {}, annotations: {}, file: 'x.yaml', lines: {} };

describe('apply', () => {
  it('creates a Deployment and updates it, raising the generation only for a change of the specification', () => {
    const { run, client, context } = engineer();
    const send = (manifest: Deployment) =>
      run((done) => {
        apply(client, manifest, done);
      });
    expect(send(testDeployment())).toBeNull();
    const live = () => context.api.read('Deployment', 'web');
    expect(live()).toMatchObject({ replicas: 10, generation: 1, status: { observedGeneration: 0 } });
    send(testDeployment());
    expect(live()?.generation).toBe(1);
    send(withTemplate(testDeployment({ replicas: 3 }), 'v2'));
    expect(live()).toMatchObject({ replicas: 3, generation: 2, template: { hash: 'v2' } });
  });

  it('keeps the live count when the manifest is silent on it, and resets it when it is not (R-SUR-19)', () => {
    const bench = engineer();
    seedDeployment(bench.context.api, testDeployment(), [], 0);
    const send = (manifest: Deployment) =>
      bench.run((done) => {
        apply(bench.client, manifest, done);
      });
    bench.run((done) => {
      scale(bench.client, 'web', 60, done);
    });
    send(withTemplate(testDeployment({ replicas: 1, replicasGiven: false }), 'v2'));
    expect(bench.web.replicas).toBe(60);
    send(withTemplate(testDeployment({ replicas: 20 }), 'v2'));
    expect(bench.web.replicas).toBe(20);
  });

  it('creates or replaces Services and quotas, creates Jobs and leaves their templates alone', () => {
    const { run, client, context } = engineer();
    const service = { ...META, kind: 'Service', name: 'web', selector: { app: 'web' } } as unknown as Service;
    const quota: ResourceQuota = {
      ...META,
      kind: 'ResourceQuota',
      name: 'q',
      pods: 5,
      requestsCpuMilli: null,
      requestsMemoryBytes: null,
    };
    const job = { ...META, kind: 'Job', name: 'migrate', template: testTemplate() } as unknown as Job;
    for (const object of [service, quota, job, { ...service, port: 81 }, { ...quota, pods: 7 }, job]) {
      expect(
        run((done) => {
          apply(client, object, done);
        }),
      ).toBeNull();
    }
    expect(context.api.read('Service', 'web')?.manifest.port).toBe(81);
    expect(context.api.read('ResourceQuota', 'q')?.manifest.pods).toBe(7);
    expect(context.api.readAll('Job').size).toBe(1);
    const changed = { ...job, template: testTemplate({ hash: 'other' }) };
    expect(
      run((done) => {
        apply(client, changed, done);
      }),
    ).toContain('field is immutable');
  });
});

describe('rollout restart (R-DEP-23)', () => {
  it('makes another template each time, and applying the manifest again does not undo it', () => {
    const bench = engineer();
    seedDeployment(bench.context.api, testDeployment(), [], 0);
    const hashes = new Set([bench.web.template.hash]);
    for (let count = 0; count < 3; count++) {
      expect(
        bench.run((done) => {
          restart(bench.client, 'web', done);
        }),
      ).toBeNull();
      hashes.add(bench.web.template.hash);
    }
    expect(hashes.size).toBe(4);
    const { generation, template } = bench.web;
    bench.run((done) => {
      apply(bench.client, testDeployment(), done);
    });
    expect(bench.web).toMatchObject({ generation, template: { hash: template.hash } });
  });
});

describe('pause and resume', () => {
  it('refuse what is already so, and a restart meanwhile', () => {
    const bench = engineer();
    seedDeployment(bench.context.api, testDeployment(), [], 0);
    const call = (operation: typeof pause) =>
      bench.run((done) => {
        operation(bench.client, 'web', done);
      });
    expect(call(resume)).toContain('is not paused');
    expect(call(pause)).toBeNull();
    expect(call(pause)).toContain('already paused');
    expect(call(restart)).toContain("can't restart paused deployment");
    expect(call(resume)).toBeNull();
    expect(bench.web).toMatchObject({ paused: false, generation: 3 });
  });

  it('say so when there is no such Deployment', () => {
    const bench = engineer();
    expect(
      bench.run((done) => {
        pause(bench.client, 'web', done);
      }),
    ).toBe('deployments.apps "web" not found');
    expect(bench.run(bench.undo(null))).toBe('deployments.apps "web" not found');
  });
});

describe('rollout undo (R-DEP-19)', () => {
  it('goes back to the second newest revision, or to the one that is named', () => {
    const bench = engineer();
    seedDeployment(bench.context.api, testDeployment(), [olderRevision(1), olderRevision(4)], 0);
    expect(bench.web.revision).toBe(5);
    expect(bench.run(bench.undo(null))).toBeNull();
    expect(bench.web.template.hash).toBe('old-4');
    expect(bench.run(bench.undo(1))).toBeNull();
    expect(bench.web.template.hash).toBe('old-1');
  });

  it('is refused without such a revision and while paused', () => {
    const bench = engineer();
    seedDeployment(bench.context.api, testDeployment(), [], 0);
    expect(bench.run(bench.undo(null))).toBe('no rollout history found for deployment "web"');
    expect(bench.run(bench.undo(7))).toContain('unable to find specified revision 7');
    bench.run((done) => {
      pause(bench.client, 'web', done);
    });
    expect(bench.run(bench.undo(1))).toContain('cannot rollback a paused deployment');
  });

  it('changes nothing when that template is the live one', () => {
    const bench = engineer();
    seedDeployment(bench.context.api, testDeployment(), [], 0);
    const { resourceVersion } = bench.web;
    expect(bench.run(bench.undo(1))).toBeNull();
    expect(bench.web.resourceVersion).toBe(resourceVersion);
  });

  it('counts revision 0 as the one before', () => {
    expect(revisionToUndoTo([{ revision: 3 }, { revision: 1 }], 0)).toEqual({ revision: 1 });
  });
});

describe('rollout status', () => {
  const counts = { observedGeneration: 2, replicas: 5, updatedReplicas: 5, availableReplicas: 5 };
  const web = { name: 'web', generation: 2, replicas: 5, revision: 3, status: counts };

  it.each([
    ['not-observed', { generation: 3 }],
    [
      'stalled',
      { status: { ...counts, availableReplicas: 4, progressing: { reason: 'ProgressDeadlineExceeded' } } },
    ],
    ['updating', { status: { ...counts, updatedReplicas: 2 } }],
    ['removing-old', { status: { ...counts, replicas: 6 } }],
    ['waiting-available', { status: { ...counts, availableReplicas: 4 } }],
    ['done', {}],
  ] as const)('%s', (phase, difference) => {
    const status = rolloutStatus({ ...web, ...difference });
    expect(status).toMatchObject({ phase, done: phase === 'done' });
    expect(status.message).not.toBe('');
  });

  it('refuses to wait for a revision that is not the newest', () => {
    expect(rolloutStatus(web, 2)).toMatchObject({ phase: 'other-revision', done: false });
    expect(rolloutStatus(web, 3).done).toBe(true);
  });
});

describe('seedDeployment', () => {
  it('gives older revisions their place, skips one with the same template and returns the newest', () => {
    const { context } = engineer();
    const same = { ...olderRevision(9), template: testDeployment().template };
    const annotated = { ...olderRevision(2), annotations: { 'deployment.kubernetes.io/max-replicas': '7' } };
    const newest = seedDeployment(context.api, testDeployment(), [annotated, olderRevision(1), same], 0);
    expect(newest).toMatchObject({ name: 'web-v1', revision: 3, replicas: 10, streamKey: 'web.3' });
    const older = context.api.read('ReplicaSet', 'web-old-2');
    expect(older).toMatchObject({
      replicas: 0,
      revision: 2,
      maxReplicasAnnotation: 7,
      desiredReplicasAnnotation: 10,
    });
    expect(context.api.readAll('ReplicaSet').size).toBe(3);
  });
});
