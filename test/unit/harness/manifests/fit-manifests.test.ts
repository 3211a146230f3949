/** Manifests as they are applied to a real cluster: what changes, and that nothing else does. */
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../../src/harness/workload/settings.ts';
import {
  deploymentOf,
  deploymentYaml,
  environmentOf,
  fitBundled,
  fitYaml,
  podSpecOf,
} from './fitted-scenario.ts';

const container = (yaml: string, pod = ''): Record<string, unknown> =>
  podSpecOf(deploymentOf(fitYaml(deploymentYaml(yaml, pod)))).containers[0] ?? {};

describe('a container', () => {
  it('runs the workload’s image, which says nothing of its own command', () => {
    const fitted = container('command: [/app/server]\nargs: [--port, "80"]\nimagePullPolicy: Always');
    expect(fitted).toMatchObject({ image: 'docker.io/rollout-sim/workload:test', imagePullPolicy: 'Never' });
    expect(fitted).not.toHaveProperty('command');
    expect(fitted).not.toHaveProperty('args');
  });

  it('keeps its own environment and references', () => {
    const own = { name: 'URL', valueFrom: { secretKeyRef: { name: 'db', key: 'url' } } };
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: db }\nstringData: { url: x }';
    const { fitted } = fitYaml(deploymentYaml(`env: [${JSON.stringify(own)}]`), secret);
    const [deployment] = fitted.before;
    if (deployment === undefined) throw new Error('nothing is applied');
    expect(podSpecOf(deployment).containers[0]?.env[0]).toEqual(own);
    expect(fitted.before.find(({ kind }) => kind === 'Secret')?.['stringData']).toEqual({ url: 'x' });
  });

  it('is told the scenario’s workload, its ports and its probes', () => {
    const scene = fitYaml(
      deploymentYaml(
        [
          'ports: [{ name: http, containerPort: 8080 }]',
          'readinessProbe: { httpGet: { path: /ready, port: http } }',
          'livenessProbe: { httpGet: { path: /live, port: 8081 } }',
        ].join('\n'),
      ),
    );
    const settings = readSettings(environmentOf(deploymentOf(scene)));
    const [deployment] = scene.scenario.before;
    if (deployment?.kind !== 'Deployment') throw new Error('the scenario begins with its Deployment');
    expect(settings.workload).toEqual(deployment.template.containers[0]?.workload);
    // 9000 is the Service's, which no container declares.
    expect(settings).toMatchObject({
      ports: [8080, 9000, 8081],
      readinessPath: '/ready',
      probePaths: ['/ready', '/live'],
    });
  });

  it('keeps an exec hook of a shell, kill and sleep as it is (R-SRV-7)', () => {
    const scene = fitYaml(
      deploymentYaml(
        "lifecycle: { preStop: { exec: { command: [/bin/sh, -c, 'kill -TERM 1; sleep 45'] } } }",
      ),
    );
    expect(scene.fitted.differences.filter(({ path }) => path.includes('lifecycle'))).toEqual([]);
  });

  it.each([
    ["[sh, -c, 'kill -QUIT 1 && sleep 1m 0.5s']", 'kill -QUIT 1; sleep 60.5'],
    ["[/bin/sleep, '7']", 'sleep 7'],
    ['[nginx, -s, quit]', 'kill -QUIT 1'],
    ['[curl, localhost]', ''],
  ])('takes the steps of the exec hook %s by the image’s own shell (R-SRV-7)', (command, script) => {
    expect(container(`lifecycle: { preStop: { exec: { command: ${command} } } }`)['lifecycle']).toEqual({
      preStop: { exec: { command: ['/bin/sh', '-c', script] } },
    });
  });

  it('keeps a native sleep as it is', () => {
    const scene = fitYaml(deploymentYaml('lifecycle: { preStop: { sleep: { seconds: 5 } } }'));
    expect(podSpecOf(deploymentOf(scene)).containers[0]?.['lifecycle']).toEqual({
      preStop: { sleep: { seconds: 5 } },
    });
    expect(scene.fitted.differences.filter(({ path }) => path.includes('lifecycle'))).toEqual([]);
  });

  it('asks itself where a probe is a command, the same for the same command (R-APP-8)', () => {
    const scene = fitYaml(
      deploymentYaml(
        'readinessProbe: { exec: { command: [check, "1"] } }\nlivenessProbe: { exec: { command: [check, "1"] } }',
      ),
    );
    const settings = readSettings(environmentOf(deploymentOf(scene)));
    const [fitted] = podSpecOf(deploymentOf(scene)).containers;
    const command = ['/usr/local/bin/node', '/workload/main.js', 'probe', settings.readinessPath];
    expect(fitted?.['readinessProbe']).toEqual({ exec: { command } });
    expect(fitted?.['livenessProbe']).toEqual({ exec: { command } });
  });

  it('answers over HTTP where a probe speaks gRPC or TLS', () => {
    const fitted = container(
      'readinessProbe: { grpc: { port: 50051 } }\nlivenessProbe: { httpGet: { path: /l, port: 1, scheme: HTTPS, host: example.com } }',
    );
    expect(fitted['readinessProbe']).toEqual({ httpGet: { path: '/rollout-sim/grpc/50051', port: 50_051 } });
    expect(fitted['livenessProbe']).toEqual({ httpGet: { path: '/l', port: 1, scheme: 'HTTP' } });
  });

  it('sees the switch of its dependencies', () => {
    const deployment = deploymentOf(fitYaml(deploymentYaml()));
    expect(podSpecOf(deployment)['volumes']).toEqual([
      {
        name: 'rollout-sim-dependencies',
        hostPath: { path: '/run/rollout-sim', type: 'DirectoryOrCreate' },
      },
    ]);
    expect(podSpecOf(deployment).containers[0]?.['volumeMounts']).toEqual([
      { name: 'rollout-sim-dependencies', mountPath: '/run/rollout-sim', readOnly: true },
    ]);
  });
});

describe('a pod', () => {
  it('has nothing that only its own cluster has', () => {
    const spec = podSpecOf(
      deploymentOf(
        fitYaml(
          deploymentYaml(
            '',
            [
              'priorityClassName: high',
              'serviceAccountName: absent',
              'nodeSelector: { kubernetes.io/hostname: worker-1 }',
              'volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]',
            ].join('\n'),
          ),
        ),
      ),
    );
    expect(spec).not.toHaveProperty('priorityClassName');
    expect(spec).not.toHaveProperty('serviceAccountName');
    expect(spec['nodeSelector']).toEqual({ 'kubernetes.io/hostname': 'live-worker-1' });
    expect((spec['volumes'] as unknown[])[0]).toEqual({ name: 'data', emptyDir: {} });
  });
});

function milli(spec: unknown): number {
  const text = (spec as { hard: Record<string, string> }).hard['requests.cpu'] ?? '';
  return text.endsWith('m') ? Number(text.slice(0, -1)) : Number(text) * 1000;
}

describe('the other objects', () => {
  it('the called Service is open to the load, in the replay’s namespace', () => {
    const service = fitYaml(deploymentYaml()).fitted.before.find(({ kind }) => kind === 'Service');
    expect(service).toMatchObject({
      metadata: { name: 'web', namespace: 'rollout-sim' },
      spec: { type: 'NodePort', ports: [{ port: 80, targetPort: 9000, nodePort: 30_080 }] },
    });
  });

  it('kinds that the simulated cluster has not are left out, and said so', () => {
    const { fitted } = fitYaml(
      deploymentYaml(),
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: deny }\nspec: {}',
    );
    expect(fitted.before.map(({ kind }) => kind)).toEqual(['Deployment', 'Service']);
    expect(fitted.differences).toContainEqual(
      expect.objectContaining({ object: 'networkpolicy/deny', path: '', to: null }),
    );
  });

  it('a quota grants as many pods as before', () => {
    const { raw, fitted, target } = fitBundled('quota-stall');
    const hard = fitted.before.find(({ kind }) => kind === 'ResourceQuota')?.['spec'];
    const before = raw.before.find(({ kind }) => kind === 'ResourceQuota')?.['spec'];
    expect(target.scale.cpu).toBeLessThan(1);
    expect(milli(hard)).toBe(Math.ceil(milli(before) * target.scale.cpu));
  });

  it('settings from the command line are in what is applied', () => {
    const { fitted } = fitBundled('black-friday', ['deployment/checkout-service.spec.replicas=3']);
    const deployments = [...fitted.before, ...fitted.changes.flat()].filter(
      ({ kind }) => kind === 'Deployment',
    );
    expect(deployments.map((each) => (each['spec'] as { replicas: number }).replicas)).toEqual([3, 3]);
  });
});
