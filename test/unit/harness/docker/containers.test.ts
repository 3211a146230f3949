import { describe, expect, it } from 'vitest';
import { containersWith, killContainer, pauseContainer } from '../../../../src/harness/docker/containers.ts';
import { dockerAt } from '../../../../src/harness/docker/docker.ts';
import { fakePrograms, inspectedNode } from '../fake-programs.ts';

describe('containers', () => {
  it('are read with state, address and published port, in the order of their names', async () => {
    const nodes = [
      inspectedNode('b', 'worker', 'paused', 30_081, '172.18.0.3'),
      inspectedNode('a', 'control-plane', 'running', 30_080, '172.18.0.2'),
    ];
    fakePrograms().add('docker', {
      'ps *': { stdout: '1\n2' },
      'inspect 1 2': { stdout: JSON.stringify(nodes) },
    });
    const found = await containersWith(dockerAt('unix:///x', '1'), 'label=1');
    expect(found.map(({ name, state }) => [name, state])).toEqual([
      ['a', 'running'],
      ['b', 'paused'],
    ]);
    expect(found[0]?.addressIn('kind')).toBe('172.18.0.2');
    expect(found[0]?.addressIn('bridge')).toBe('');
    expect(found[0]?.publishedPort(30_080)).toBe(30_080);
    expect(found[0]?.publishedPort(1)).toBeNull();
  });

  it('none is no question to inspect', async () => {
    const programs = fakePrograms();
    programs.add('docker', { 'ps *': { stdout: '' } });
    expect(await containersWith(dockerAt('unix:///x', '1'), 'label=1')).toEqual([]);
    expect(programs.calls()).toHaveLength(1);
  });

  it('are taken down by the signal that nothing can catch', async () => {
    const programs = fakePrograms();
    programs.add('docker', { '*': {} });
    const docker = dockerAt('unix:///x', '1');
    await pauseContainer(docker, 'n');
    await killContainer(docker, 'n');
    expect(programs.calls()).toEqual(['docker pause n', 'docker kill --signal KILL n']);
  });
});
