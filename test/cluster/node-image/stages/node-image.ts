/** The node image itself, kept both in the Docker daemon that built it and as an archive. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { nodeImageFile, type NodeImage } from '../../../../src/harness/cluster/node-image.ts';
import type { Docker } from '../../../../src/harness/docker/docker.ts';
import {
  IMAGES,
  NETWORK_PLUGINS,
  NODE_ARCHIVE,
  PROGRAMS,
  ROOT_FILE_SYSTEM,
  SOURCES,
} from '../build-folders.ts';
import { buildContext, buildImage, place } from '../image-build.ts';
import { stageKey, type Stage } from '../stage.ts';
import { IMAGE_REPOSITORY, KUBERNETES } from '../versions.ts';
import {
  CONTROL_PLANE_ARCHIVE,
  EVERY_NODE_ARCHIVE,
  imageNames,
  kubernetesImagesStage,
} from './kubernetes-images.ts';

const FILES = join(SOURCES, 'node');
const DOCKERFILE = 'node.dockerfile';
const NODE = 'rollout-sim/node';
const IMPORTED = 'rollout-sim/node-root';
const KEY_CHARACTERS = 12;

export function nodeImageStage(docker: () => Promise<Docker>): Stage {
  const stage: Stage = {
    name: 'node-image',
    after: [kubernetesImagesStage(docker)],
    sources: ['node', 'stages/node-image.ts'],
    settings: [],
    results: [NODE_ARCHIVE, nodeImageFile()],
    build: async () => {
      const image = `${NODE}:${KUBERNETES}-${stageKey(stage).slice(0, KEY_CHARACTERS)}`;
      await buildNode(await docker(), image);
      writeFileSync(nodeImageFile(), `${JSON.stringify(described(image), null, 2)}\n`);
      await removeOlder(await docker(), image);
    },
  };
  return stage;
}

async function buildNode(docker: Docker, image: string): Promise<void> {
  const imported = `${IMPORTED}:${image.slice(image.indexOf(':') + 1)}`;
  await docker.command(['import', ROOT_FILE_SYSTEM, imported]);
  const context = buildContext();
  cpSync(FILES, context, { recursive: true });
  for (const program of ['containerd', 'containerd-shim-runc-v2', 'ctr', 'kube'])
    place(join(PROGRAMS, program), context, join('bin', program));
  cpSync(NETWORK_PLUGINS, join(context, 'cni'), { recursive: true });
  for (const archive of [EVERY_NODE_ARCHIVE, CONTROL_PLANE_ARCHIVE])
    place(archive, context, join(basename(IMAGES), basename(archive)));
  await pinPauseImage(join(context, 'containerd.toml'));
  const dockerfile = readFileSync(join(FILES, DOCKERFILE), 'utf8').split('\n');
  await buildImage(docker, image, context, dockerfile, {
    ROOT_FILE_SYSTEM: imported,
    KUBERNETES_VERSION: KUBERNETES,
  });
  await docker.command(['save', '--output', NODE_ARCHIVE, image]);
}

/** Images of earlier builds, as far as no node runs on one. */
async function removeOlder(docker: Docker, image: string): Promise<void> {
  const tag = image.slice(image.indexOf(':') + 1);
  for (const repository of [NODE, IMPORTED]) {
    const listed = await docker.command(['images', '--format', '{{.Repository}}:{{.Tag}}', repository]);
    for (const name of listed.split('\n').filter((line) => line !== '' && !line.endsWith(`:${tag}`)))
      await docker.attempt(['rmi', name]);
  }
}

/** containerd must take the pause image that kubeadm names, since it cannot pull another. */
async function pinPauseImage(file: string): Promise<void> {
  const pause = (await imageNames()).find((name) => name.includes('/pause:')) ?? '';
  writeFileSync(file, readFileSync(file, 'utf8').replace('@PAUSE_IMAGE@', pause));
}

function described(image: string): NodeImage {
  return {
    version: 1,
    kubernetesVersion: KUBERNETES,
    image,
    imageRepository: IMAGE_REPOSITORY,
    archive: NODE_ARCHIVE,
    kind: join(PROGRAMS, 'kind'),
    runtimeWrapper: join(PROGRAMS, 'runtime-wrapper'),
  };
}
