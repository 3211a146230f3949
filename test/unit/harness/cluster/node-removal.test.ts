import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeNodes } from '../../../../src/harness/cluster/node-removal.ts';
import { dockerAt } from '../../../../src/harness/docker/docker.ts';
import { fakePrograms, inspectedNode } from '../fake-programs.ts';

test('a node that Docker removes at the third attempt is one that was removed', async () => {
  const programs = fakePrograms();
  const [first, second, third] = ['first', 'second', 'third'].map((name) => join(programs.folder, name));
  const nodes = [
    inspectedNode('own-control-plane', 'control-plane', 'running', 1, '172.18.0.2'),
    inspectedNode('own-worker', 'worker', 'running', 2, '172.18.0.3'),
  ];
  programs.add('docker', {
    'ps *': { before: `[ -e ${third} ] && exit 0`, stdout: '1\n2' },
    'inspect *': { stdout: JSON.stringify(nodes) },
    'rm --force *': {
      before: `[ -e ${second} ] && : >${third}; [ -e ${first} ] && : >${second}; : >${first}`,
      exitCode: 1,
    },
  });
  expect(await removeNodes(dockerAt('unix:///x', '27.1.0'), 'own', false)).toBe(2);
  expect(programs.calls().filter((call) => call.startsWith('docker rm'))).toHaveLength(3);
});
