import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  forNodeImage,
  kindConfigText,
  portsOf,
  readKindConfig,
} from '../../../../src/harness/cluster/kind-config.ts';
import type { NodeImage } from '../../../../src/harness/cluster/node-image.ts';
import { withoutForwarding } from '../../../../src/harness/cluster/pod-network.ts';

const IMAGE: NodeImage = {
  version: 1,
  kubernetesVersion: 'v1.34.4',
  image: 'rollout-sim/node:x',
  imageRepository: 'kube.local',
  archive: '',
  kind: '',
  runtimeWrapper: '',
};

describe('kind-config.yaml', () => {
  it('is one control plane and three workers, each entered on loopback by a port of its own', () => {
    const config = readKindConfig();
    expect(config.nodes.map(({ role }) => role)).toEqual(['control-plane', 'worker', 'worker', 'worker']);
    expect(portsOf(config)).toEqual({ nodePort: 30_080, hostPorts: [30_080, 30_081, 30_082, 30_083] });
    const addresses = config.nodes.flatMap(({ extraPortMappings }) =>
      extraPortMappings.map((mapping) => (mapping as { listenAddress?: string }).listenAddress),
    );
    expect(new Set(addresses)).toEqual(new Set(['127.0.0.1']));
  });

  it('asks nothing of a registry once it is adapted', () => {
    const text = kindConfigText(forNodeImage(readKindConfig(), IMAGE, true));
    const config = parse(text) as ReturnType<typeof readKindConfig>;
    expect(config.networking).toMatchObject({ disableDefaultCNI: true, kubeProxyMode: 'iptables' });
    const patches = (config.kubeadmConfigPatches ?? []).map((patch) => parse(patch) as object);
    expect(patches[0]).toEqual({ kind: 'ClusterConfiguration', imageRepository: 'kube.local' });
    expect(patches[1]).not.toHaveProperty('failCgroupV1');
  });

  it('tells a kubelet of 1.35 and later to take cgroup v1, where that is what there is', () => {
    const newer = { ...IMAGE, kubernetesVersion: 'v1.36.3' };
    const patchOf = (hasCgroupV1: boolean): unknown =>
      parse(forNodeImage(readKindConfig(), newer, hasCgroupV1).kubeadmConfigPatches?.[1] ?? '');
    expect(patchOf(true)).toHaveProperty('failCgroupV1', false);
    expect(patchOf(false)).not.toHaveProperty('failCgroupV1');
  });
});

describe("the cluster's DNS", () => {
  it('keeps everything but what asks others', () => {
    const corefile = [
      '.:53 {',
      '    errors',
      '    kubernetes cluster.local {',
      '       pods insecure',
      '    }',
      '    forward . /etc/resolv.conf {',
      '       max_concurrent 1000',
      '    }',
      '    cache 30 {',
      '       disable success cluster.local',
      '    }',
      '    loop',
      '    reload',
      '}',
      '',
    ];
    expect(withoutForwarding(corefile.join('\n')).split('\n')).toEqual([
      ...corefile.slice(0, 5),
      ...corefile.slice(8, 11),
      ...corefile.slice(12),
    ]);
    expect(withoutForwarding('.:53 {\n    forward . 1.1.1.1\n    loop\n}\n')).toBe('.:53 {\n}\n');
  });
});
