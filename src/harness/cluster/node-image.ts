/** The node image that `npm run cluster:image` builds where there is no image registry: where it is kept, and reading it. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError } from '../environment-error.ts';
import type { DaemonOptions } from '../docker/daemon.ts';
import type { Docker } from '../docker/docker.ts';

export interface NodeImage {
  readonly version: 1;
  readonly kubernetesVersion: string;
  /** Its name in Docker, which tells what it was built from. */
  readonly image: string;
  /** The repository that the images inside of it are named after. */
  readonly imageRepository: string;
  /** `docker save` of it, for a daemon that does not have it. */
  readonly archive: string;
  /** Programs that were built along with it. */
  readonly kind: string;
  readonly runtimeWrapper: string;
}

/** $XDG_CACHE_HOME/rollout-sim/node-image, by default ~/.cache/rollout-sim/node-image. */
export function nodeImageFolder(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(
    base === undefined || base === '' ? join(homedir(), '.cache') : base,
    'rollout-sim',
    'node-image',
  );
}

export function nodeImageFile(): string {
  return join(nodeImageFolder(), 'node-image.json');
}

export function readNodeImage(): NodeImage {
  const file = nodeImageFile();
  if (existsSync(file)) {
    const read = JSON.parse(readFileSync(file, 'utf8')) as NodeImage;
    if (
      read.version === 1 &&
      [read.archive, read.kind, read.runtimeWrapper].every((path) => existsSync(path))
    )
      return read;
  }
  throw new EnvironmentError(
    'No node image is built on this machine: npm run cluster:image builds it, in about 11 minutes.',
  );
}

/** For the daemon that is started when none runs: the same for the image's build and for the cluster. */
export function ownDaemonOptions(runtimeWrapper: string): DaemonOptions {
  const folder = nodeImageFolder();
  return { store: join(folder, 'docker'), logFile: join(folder, 'log', 'dockerd.log'), runtimeWrapper };
}

/** A daemon other than the one that built the image gets it from the archive. */
export async function provideNodeImage(
  docker: Docker,
  { image, archive }: NodeImage,
  signal?: AbortSignal,
): Promise<void> {
  const options = signal === undefined ? {} : { signal };
  const present = await docker.attempt(['image', 'inspect', '--format', '{{.Id}}', image], options);
  if (present.exitCode !== 0) await docker.command(['load', '--quiet', '--input', archive], options);
}
