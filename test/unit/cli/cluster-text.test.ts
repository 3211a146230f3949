import { expect, test } from 'vitest';
import { statusText, upText } from '../../../src/cli/cluster-text.ts';
import type { RunningCluster } from '../../../src/harness/cluster.ts';

const CLUSTER: RunningCluster = {
  name: 'rollout-sim',
  kubeconfig: '',
  kubernetesVersion: 'v1.34.4',
  kubeProxyMode: 'iptables',
  chaosMesh: false,
  netem: false,
  nodePort: 30080,
  callers: [],
  nodes: [
    { name: 'worker', role: 'worker', address: '172.31.0.5', entrance: { host: '127.0.0.1', port: 30081 } },
  ],
};

test('a cluster that is up says how it is entered, and which faults nobody can make there', () => {
  expect(upText(CLUSTER, 'created')).toBe(
    [
      'The cluster rollout-sim is up: Kubernetes v1.34.4, kube-proxy with iptables.',
      '  worker: NodePort 30080 at 127.0.0.1:30081',
      '  faults: no Chaos Mesh is installed; its PodChaos is carried out through the API',
      '  network: nodes can be cut off; packets cannot be delayed or lost, since the kernel has no netem',
      '',
    ].join('\n'),
  );
});

test('Chaos Mesh and netem are told where they are', () => {
  const text = upText({ ...CLUSTER, chaosMesh: true, netem: true }, 'was-up');
  expect(text).toContain('was up already');
  expect(text).toContain('Chaos Mesh carries out its own objects');
  expect(text).not.toContain('cannot');
});

test('a cluster that is half up says what is wrong with it, and what it changed on the machine', () => {
  const text = statusText({
    name: 'rollout-sim',
    state: 'half-up',
    problem: 'The node worker is paused.',
    nodeImage: true,
    docker: 'unix:///run/rollout-sim/docker.sock',
    nodes: [],
    changes: ['sysctl net.ipv4.ip_forward=1 (was 0)'],
  });
  expect(text).toBe(
    [
      'The cluster rollout-sim is half up: The node worker is paused.',
      '  Docker: unix:///run/rollout-sim/docker.sock',
      '  changed on this machine: sysctl net.ipv4.ip_forward=1 (was 0)',
      '',
    ].join('\n'),
  );
});
