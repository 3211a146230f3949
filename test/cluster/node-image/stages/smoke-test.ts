/** Proves that the image makes a node: systemd and containerd come up in it, and every image it carries is there. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readNodeImage } from '../../../../src/harness/cluster/node-image.ts';
import { execIn } from '../../../../src/harness/docker/containers.ts';
import type { Docker } from '../../../../src/harness/docker/docker.ts';
import { EnvironmentError } from '../../../../src/harness/environment-error.ts';
import { INTERRUPTED } from '../interruption.ts';
import type { Stage } from '../stage.ts';
import { KUBERNETES } from '../versions.ts';
import { imageNames } from './kubernetes-images.ts';
import { nodeImageStage } from './node-image.ts';

/** Its name makes it import what a control plane needs. */
const CONTAINER = 'node-image-test-control-plane';
const READY_WITHIN_MS = 60_000;
const POLL_MS = 500;

export function smokeTestStage(docker: () => Promise<Docker>): Stage {
  return {
    name: 'smoke-test',
    after: [nodeImageStage(docker)],
    sources: ['stages/smoke-test.ts'],
    settings: [],
    results: [],
    build: async () => testNode(await docker()),
  };
}

async function testNode(docker: Docker): Promise<void> {
  const remove = ['rm', '--force', '--volumes', CONTAINER];
  await docker.attempt(remove);
  await docker.command([
    'run',
    '--detach',
    '--privileged',
    '--name',
    CONTAINER,
    '--hostname',
    CONTAINER,
    '--tmpfs',
    '/tmp',
    '--tmpfs',
    '/run',
    '--volume',
    '/var',
    readNodeImage().image,
  ]);
  try {
    const awaited = await imageNames();
    const deadline = Date.now() + READY_WITHIN_MS;
    for (let missing = await missingImages(docker, awaited); missing.length > 0;) {
      if (Date.now() > deadline)
        throw new EnvironmentError(
          `The node did not import ${missing.join(', ')}:\n${await journal(docker)}`,
        );
      await sleep(POLL_MS, undefined, { signal: INTERRUPTED });
      missing = await missingImages(docker, awaited);
    }
    for (const command of ['kubelet', 'kubectl', 'kubeadm']) await checkVersion(docker, command);
  } finally {
    await docker.attempt(remove);
  }
}

async function missingImages(docker: Docker, awaited: readonly string[]): Promise<readonly string[]> {
  const listed = await execIn(docker, CONTAINER, [
    'ctr',
    '--namespace',
    'k8s.io',
    'images',
    'list',
    '--quiet',
  ]);
  const present = new Set(listed.stdout.split('\n'));
  return awaited.filter((name) => !present.has(name));
}

async function checkVersion(docker: Docker, command: string): Promise<void> {
  const words = { kubelet: ['--version'], kubeadm: ['version', '-o', 'short'] }[command] ?? [
    'version',
    '--client',
  ];
  const { stdout, stderr } = await execIn(docker, CONTAINER, [command, ...words]);
  if (!stdout.includes(KUBERNETES))
    throw new EnvironmentError(`${command} in the node image is not ${KUBERNETES}: ${stdout} ${stderr}`);
}

async function journal(docker: Docker): Promise<string> {
  const { stdout } = await execIn(docker, CONTAINER, ['journalctl', '--no-pager', '--lines', '30']);
  return stdout;
}
