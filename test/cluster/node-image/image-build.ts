/** Builds container images without a registry: every one begins with nothing or with a file system of our own. */
import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Docker } from '../../../src/harness/docker/docker.ts';
import { SCRATCH } from './build-folders.ts';

/** BuildKit would want an image of its own for some instructions; the classic builder wants nothing. */
const CLASSIC_BUILDER = { DOCKER_BUILDKIT: '0' };

/** A new folder for what goes into an image. */
export function buildContext(): string {
  mkdirSync(SCRATCH, { recursive: true });
  return mkdtempSync(join(SCRATCH, 'context-'));
}

/** Without copying: everything lies in the same file system. */
export function place(file: string, context: string, path: string): void {
  const target = join(context, path);
  mkdirSync(dirname(target), { recursive: true });
  linkSync(file, target);
}

export async function buildImage(
  docker: Docker,
  name: string,
  context: string,
  dockerfile: readonly string[],
  buildArguments: Readonly<Record<string, string>> = {},
): Promise<void> {
  writeFileSync(join(context, 'image.dockerfile'), `${dockerfile.join('\n')}\n`);
  const given = Object.entries(buildArguments).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]);
  await docker.command(
    ['build', '--quiet', '--tag', name, ...given, '--file', join(context, 'image.dockerfile'), context],
    { env: CLASSIC_BUILDER },
  );
  rmSync(context, { recursive: true });
}

/** An image that holds one static program and runs it. */
export async function staticImage(
  docker: Docker,
  name: string,
  program: string,
  path: string,
): Promise<void> {
  const context = buildContext();
  place(program, context, 'program');
  await buildImage(docker, name, context, [
    'FROM scratch',
    `COPY program ${path}`,
    `ENV PATH=${dirname(path)}`,
    `ENTRYPOINT ["${path}"]`,
  ]);
}
