/** What each fault does to an API and to nodes, and how it is undone. */
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { ChaosWorld, FaultCourse } from '../../../../src/harness/chaos/chaos-world.ts';
import { containerKill } from '../../../../src/harness/chaos/container-kill.ts';
import { dependencyOutage } from '../../../../src/harness/chaos/dependency-outage.ts';
import { refusalText } from '../../../../src/harness/chaos/drain.ts';
import { nodeDown } from '../../../../src/harness/chaos/node-down.ts';
import { podFailure } from '../../../../src/harness/chaos/pod-failure.ts';
import { podKill } from '../../../../src/harness/chaos/pod-kill.ts';
import { ApiError } from '../../../../src/harness/kubernetes/api-error.ts';
import { KubernetesClient } from '../../../../src/harness/kubernetes/client.ts';
import { NodeNames } from '../../../../src/harness/kubernetes/node-names.ts';
import type { ApiCall } from '../../../../src/harness/kubernetes/transport.ts';
import {
  bringDependenciesUp,
  dependencySwitch,
} from '../../../../src/harness/experiment/dependency-switch.ts';
import { RandomStreams } from '../../../../src/kernel/random.ts';
import type { PodTarget } from '../../../../src/scenario/fault.ts';

const ALL: PodTarget = { labels: {}, nodes: [], pods: [], mode: 'all', value: 0 };
const RANDOM = new RandomStreams(1).stream('fault-targets', 0);

const POD = {
  metadata: { name: 'web-1', uid: 'u1', labels: { app: 'web' } },
  spec: {
    nodeName: 'own-worker',
    containers: [
      { name: 'web', image: 'web:1' },
      { name: 'side', image: 'side:1' },
    ],
  },
  status: {
    phase: 'Running',
    containerStatuses: [
      { name: 'web', containerID: 'containerd://abc', state: { running: {} } },
      { name: 'side', containerID: 'containerd://def', state: { running: {} } },
    ],
  },
};
const NODE = {
  metadata: { name: 'own-worker' },
  spec: {},
  status: { images: [{ names: ['registry.k8s.io/pause:3.10'] }] },
};

interface Watched {
  readonly world: ChaosWorld;
  readonly writes: string[];
  readonly commands: string[];
  readonly notes: string[];
}

function watched(): Watched {
  const writes: string[] = [];
  const commands: string[] = [];
  const notes: string[] = [];
  const call = async ({ method, path, body }: ApiCall): Promise<unknown> => {
    if (method !== 'GET') writes.push(`${method} ${path} ${JSON.stringify(body)}`);
    if (path.endsWith('/pods')) return Promise.resolve({ metadata: { resourceVersion: '1' }, items: [POD] });
    return path.endsWith('/nodes/own-worker') ? NODE : POD;
  };
  const transport = {
    call,
    lines: () => {
      throw new Error('nothing is watched');
    },
    close: async () => Promise.resolve(),
  };
  const command = (name: string) => async (node: string) => {
    commands.push(`${name} ${node}`);
    return Promise.resolve();
  };
  const nodes = {
    exec: async (node: string, words: readonly string[]) => {
      commands.push(`${node}: ${words.join(' ')}`);
      return Promise.resolve(words[0] === 'ip' ? 'default via 172.31.0.1 dev eth0 \n' : '');
    },
    pause: command('pause'),
    unpause: command('unpause'),
    kill: command('kill'),
    start: command('start'),
  };
  const entrance = { host: '127.0.0.1', port: 1 } as const;
  const world: ChaosWorld = {
    client: new KubernetesClient(transport, 'ns'),
    nodeNames: new NodeNames(
      ['worker-1'],
      [{ name: 'own-worker', role: 'worker', address: '172.18.0.3', entrance }],
    ),
    nodes,
    dependencies: dependencySwitch(nodes, ['own-worker']),
    servedLabels: { app: 'web' },
    note: (kind, object) => notes.push(`${kind} ${object}`),
    wait: async (durationMs) => setTimeout(durationMs),
    signal: new AbortController().signal,
  };
  return { world, writes, commands, notes };
}

/** Recovery is called twice: by the scenario and by the replay's end. */
async function done(course: FaultCourse): Promise<FaultCourse> {
  await course.apply();
  await course.recover();
  await course.recover();
  return course;
}

describe('a pod kill', () => {
  test.each([0, 30])('deletes with grace %i (R-CHX-5)', async (gracePeriodSeconds) => {
    const { world, writes } = watched();
    const course = await done(
      await podKill(world, { kind: 'pod-kill', target: ALL, gracePeriodSeconds }, RANDOM),
    );
    expect(course.hits.pods).toEqual(['web-1']);
    expect(writes).toHaveLength(1);
    expect(writes[0]).toMatch(/^DELETE \/api\/v1\/namespaces\/ns\/pods\/web-1 /u);
    expect(writes[0]).toContain(`"gracePeriodSeconds":${gracePeriodSeconds}`);
  });
});

describe('a container kill', () => {
  test('kills the named containers alone, in the runtime of their node (R-CHX-7)', async () => {
    const { world, writes, commands } = watched();
    await done(
      await containerKill(world, { kind: 'container-kill', target: ALL, containers: ['web'] }, RANDOM),
    );
    expect(commands).toEqual(['own-worker: ctr --namespace k8s.io tasks kill --signal SIGKILL abc']);
    expect(writes).toEqual([]);
  });
});

describe('a pod failure', () => {
  test('puts the pause image in place of every image, and puts them back once (R-CHX-6)', async () => {
    const { world, writes } = watched();
    await done(await podFailure(world, { kind: 'pod-failure', target: ALL, durationMs: 1000 }, RANDOM));
    const images = writes.map((write) =>
      [...write.matchAll(/"image":"([^"]+)"/gu)].map(([, image]) => image),
    );
    expect(images).toEqual([
      ['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10'],
      ['web:1', 'side:1'],
    ]);
  });
});

describe('a node down', () => {
  test.each([
    ['crash', ['kill own-worker', 'start own-worker']],
    ['pause', ['pause own-worker', 'unpause own-worker']],
    [
      'partition',
      [
        'own-worker: ip -4 route show default',
        'own-worker: iptables --table raw --append PREROUTING --in-interface eth0 --source 172.31.0.1 --jump ACCEPT',
        'own-worker: iptables --table raw --append PREROUTING --in-interface eth0 --source 198.18.0.0/24 --jump ACCEPT',
        'own-worker: iptables --table raw --append PREROUTING --in-interface eth0 --jump DROP',
        'own-worker: iptables --table mangle --append POSTROUTING --out-interface eth0 --destination 172.31.0.1 --jump ACCEPT',
        'own-worker: iptables --table mangle --append POSTROUTING --out-interface eth0 --destination 198.18.0.0/24 --jump ACCEPT',
        'own-worker: iptables --table mangle --append POSTROUTING --out-interface eth0 --jump DROP',
        'own-worker: iptables --table raw --delete PREROUTING --in-interface eth0 --source 172.31.0.1 --jump ACCEPT',
        'own-worker: iptables --table raw --delete PREROUTING --in-interface eth0 --source 198.18.0.0/24 --jump ACCEPT',
        'own-worker: iptables --table raw --delete PREROUTING --in-interface eth0 --jump DROP',
        'own-worker: iptables --table mangle --delete POSTROUTING --out-interface eth0 --destination 172.31.0.1 --jump ACCEPT',
        'own-worker: iptables --table mangle --delete POSTROUTING --out-interface eth0 --destination 198.18.0.0/24 --jump ACCEPT',
        'own-worker: iptables --table mangle --delete POSTROUTING --out-interface eth0 --jump DROP',
      ],
    ],
  ] as const)('by %s is undone once', async (effect, expected) => {
    const { world, commands, notes } = watched();
    const course = await nodeDown(
      world,
      { kind: 'node-down', node: 'worker-1', effect, durationMs: 1000 },
      RANDOM,
    );
    await course.recover();
    expect(commands).toEqual([]);
    await done(course);
    expect(commands).toEqual(expected);
    expect(notes).toEqual(['node-down node/worker-1', 'node-up node/worker-1']);
  });
});

describe('a node that could only be cut off in part', () => {
  test('is joined again by taking away what was done, and no more', async () => {
    const { world, commands } = watched();
    const nodes = {
      ...world.nodes,
      exec: async (node: string, words: readonly string[]) => {
        if (words.includes('mangle')) throw new Error('iptables is locked');
        return world.nodes.exec(node, words);
      },
    };
    const course = await nodeDown(
      { ...world, nodes },
      { kind: 'node-down', node: 'worker-1', effect: 'partition', durationMs: 1000 },
      RANDOM,
    );
    await expect(course.apply()).rejects.toThrow('iptables is locked');
    commands.length = 0;
    await course.recover();
    expect(commands).toEqual([
      'own-worker: iptables --table raw --delete PREROUTING --in-interface eth0 --source 172.31.0.1 --jump ACCEPT',
      'own-worker: iptables --table raw --delete PREROUTING --in-interface eth0 --source 198.18.0.0/24 --jump ACCEPT',
      'own-worker: iptables --table raw --delete PREROUTING --in-interface eth0 --jump DROP',
    ]);
  });
});

describe('an outage of a dependency', () => {
  test('is a file on each node that names what is down (R-APP-6)', async () => {
    const { world, commands } = watched();
    await done(
      await dependencyOutage(
        world,
        { kind: 'dependency-outage', dependency: 'redis', durationMs: 1000 },
        RANDOM,
      ),
    );
    expect(commands.map((command) => command.split(' ').at(-1))).toEqual(['["redis"]', '[]']);
  });

  test('that a killed replay left is over on each node', async () => {
    const { world, commands } = watched();
    await bringDependenciesUp(world.nodes, ['own-worker', 'own-worker2']);
    expect(commands.map((command) => command.split(/: | /u).at(0))).toEqual(['own-worker', 'own-worker2']);
    expect(commands.map((command) => command.split(' ').at(-1))).toEqual(['[]', '[]']);
  });
});

describe('a refused eviction', () => {
  test('names the budget, as the server does in a cause of its own', () => {
    const error = new ApiError(429, "Cannot evict pod as it would violate the pod's disruption budget.", [
      'The disruption budget orders needs 7 healthy pods and has 7 currently',
    ]);
    expect(refusalText(error)).toBe('budget orders allows no disruption');
    expect(refusalText(new ApiError(429, 'Too many requests'))).toBe('Too many requests');
  });
});
