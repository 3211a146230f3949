/** Brings an image from Docker to a cluster's nodes, which have no registry to pull it from. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastWords } from '../command.ts';
import { execIn } from '../docker/containers.ts';
import type { Docker } from '../docker/docker.ts';
import { EnvironmentError } from '../environment-error.ts';
import { kindNodes } from './kind-nodes.ts';

/** Where a node has room for it; its own clean-up is not relied on. */
const IN_NODE = '/kind/loaded-image.tar';
const CTR = ['ctr', '--namespace=k8s.io', 'images'];

/** @param image as pods name it; with a tag, and pods must not ask for it to be pulled always */
export async function loadImage(
  docker: Docker,
  cluster: string,
  image: string,
  signal?: AbortSignal,
): Promise<void> {
  const options = signal === undefined ? {} : { signal };
  const folder = mkdtempSync(join(tmpdir(), 'rollout-sim-image-'));
  const archive = join(folder, 'image.tar');
  try {
    await docker.command(['save', '--output', archive, image], options);
    const nodes = (await kindNodes(docker, cluster)).filter(({ state }) => state === 'running');
    for (const { name } of nodes) {
      await docker.command(['cp', archive, `${name}:${IN_NODE}`], options);
      const words = ['import', '--snapshotter=overlayfs', '--digests', IN_NODE];
      const imported = await execIn(docker, name, [...CTR, ...words], options);
      await execIn(docker, name, ['rm', '--force', IN_NODE]);
      if (imported.exitCode !== 0)
        throw new EnvironmentError(
          `The node ${name} does not take the image ${image}: ${lastWords(imported)}`,
        );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
