/**
 * The workload's image: on Linux the running Node.js, a shell and `sleep` with their libraries on nothing at all, so that no
 * registry is asked; elsewhere on top of the official Node.js image. Its tag is the digest of what it holds.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadImage } from '../cluster/load-image.ts';
import { kindNodes } from '../cluster/kind-nodes.ts';
import { execIn } from '../docker/containers.ts';
import type { Docker } from '../docker/docker.ts';
import { machinePrograms, workloadModules } from './image-files.ts';
import { FOLDER_IN_IMAGE, NODE_IN_IMAGE, WORKLOAD_PROGRAM } from './program.ts';

const REPOSITORY = 'docker.io/rollout-sim/workload';
/** Nobody: a manifest may refuse images that run as root. */
const USER = 65_532;

export interface WorkloadImage {
  /** With its tag, as pods name it. */
  readonly name: string;
  readonly dockerfile: string;
  readonly modules: ReadonlyMap<string, string>;
  /** Files of this machine that stand at the same path in the image; the first is Node.js itself. Empty: the base has it. */
  readonly machineFiles: readonly string[];
}

/** What the image of this version of the workload is, whether it has been built or not. */
export async function describeWorkloadImage(
  platform: NodeJS.Platform = process.platform,
): Promise<WorkloadImage> {
  const modules = workloadModules();
  const alone = platform === 'linux';
  const machineFiles = alone ? await machinePrograms() : [];
  const dockerfile = dockerfileOf(alone);
  const hash = createHash('sha256').update(dockerfile).update(process.version).update(process.arch);
  for (const [name, script] of modules) hash.update(`${name}\n${script}`);
  for (const file of machineFiles) hash.update(`${file} ${statSync(file).size}`);
  return { name: `${REPOSITORY}:${hash.digest('hex').slice(0, 16)}`, dockerfile, modules, machineFiles };
}

function dockerfileOf(alone: boolean): string {
  const [major = '22'] = process.versions.node.split('.');
  return [
    `FROM ${alone ? 'scratch' : `node:${major}-slim`}`,
    'COPY root/ /',
    `USER ${USER}:${USER}`,
    `ENTRYPOINT ${JSON.stringify(WORKLOAD_PROGRAM)}`,
    '',
  ].join('\n');
}

/** Builds the image unless Docker has it, and brings it to every node that lacks it. @returns its name */
export async function provideWorkloadImage(
  docker: Docker,
  cluster: string,
  signal?: AbortSignal,
): Promise<string> {
  const options = signal === undefined ? {} : { signal };
  const image = await describeWorkloadImage();
  const known = await docker.attempt(['image', 'inspect', image.name], options);
  if (known.exitCode !== 0) await buildImage(docker, image, signal);
  const nodes = (await kindNodes(docker, cluster, options)).filter(({ state }) => state === 'running');
  const words = ['ctr', '--namespace=k8s.io', 'images', 'list', '--quiet', `name==${image.name}`];
  const held = await Promise.all(
    nodes.map(async ({ name }) => (await execIn(docker, name, words, options)).stdout.includes(image.name)),
  );
  if (held.includes(false)) await loadImage(docker, cluster, image.name, signal);
  return image.name;
}

async function buildImage(docker: Docker, image: WorkloadImage, signal?: AbortSignal): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rollout-sim-workload-'));
  try {
    writeBuildContext(image, folder);
    // The classic builder needs no image of its own to build with.
    const env = { DOCKER_BUILDKIT: '0' };
    await docker.command(['build', '--quiet', '--tag', image.name, folder], {
      env,
      ...(signal === undefined ? {} : { signal }),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes what `docker build` is given. */
export function writeBuildContext(
  { dockerfile, modules, machineFiles }: WorkloadImage,
  folder: string,
): void {
  const root = join(folder, 'root');
  const [node, ...others] = machineFiles;
  const copy = (from: string, to: string): void => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    copyFileSync(from, join(root, to));
  };
  if (node !== undefined) copy(node, NODE_IN_IMAGE);
  for (const file of others) copy(file, file);
  const workload = join(root, FOLDER_IN_IMAGE);
  mkdirSync(workload, { recursive: true });
  for (const [name, script] of modules) writeFileSync(join(workload, name), script);
  writeFileSync(join(workload, 'package.json'), '{"type":"module"}\n');
  writeFileSync(join(folder, 'Dockerfile'), dockerfile);
}
