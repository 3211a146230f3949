/** The kind program: finding it, and creating a cluster with it. Deleting needs Docker alone (node-removal.ts). */
import { lastWords, runCommand, type CommandEnded } from '../command.ts';
import type { Docker } from '../docker/docker.ts';
import { EnvironmentError } from '../environment-error.ts';

export interface KindCluster {
  readonly name: string;
  /** Null: the one that this version of kind was released with, which is pulled. */
  readonly image: string | null;
  /** The configuration's text. */
  readonly config: string;
  /** A file of our own: the user's stays as it is. */
  readonly kubeconfig: string;
}

const KIND = 'kind';

/** @returns the program's name for `createKindCluster` */
export async function findKind(signal?: AbortSignal): Promise<string> {
  const ended = await runCommand(KIND, ['version'], signal === undefined ? {} : { signal });
  if (ended.exitCode === 0) return KIND;
  throw new EnvironmentError(
    ended.missing
      ? 'kind is missing: install it from https://kind.sigs.k8s.io/docs/user/quick-start/#installation, or take sim cluster up --node-image, which brings its own.'
      : `kind does not run here: ${lastWords(ended)}`,
  );
}

/** What a failed attempt leaves behind is the caller's to remove. */
export async function createKindCluster(
  kind: string,
  docker: Docker,
  { name, image, config, kubeconfig }: KindCluster,
  signal?: AbortSignal,
): Promise<void> {
  const ended = await runCommand(
    kind,
    [
      'create',
      'cluster',
      '--name',
      name,
      '--config',
      '-',
      '--kubeconfig',
      kubeconfig,
      // The caller removes the nodes: then nothing depends on kind having had the time to.
      '--retain',
      ...(image === null ? [] : ['--image', image]),
    ],
    {
      env: { ...docker.env, KIND_EXPERIMENTAL_PROVIDER: 'docker' },
      input: config,
      ...(signal === undefined ? {} : { signal }),
    },
  );
  if (ended.exitCode !== 0) throw new EnvironmentError(failureLine(name, ended));
}

function failureLine(name: string, ended: CommandEnded): string {
  const said = `${ended.stdout}\n${ended.stderr}`;
  if (ended.missing) return 'kind is missing: npm run cluster:image builds it.';
  if (/no space left on device/iu.test(said))
    return `The disk is full: Docker has no room for the nodes of the cluster ${name} (docker system df shows what takes it).`;
  const port = /(?:127\.0\.0\.1:(\d+)[^\n]*(?:already allocated|address already in use))/iu.exec(said)?.[1];
  if (port !== undefined) return takenPortLine(Number(port));
  if (/failed to pull image/iu.test(said))
    return 'kind cannot pull its node image, since no image registry is reachable: npm run cluster:image builds one here, and sim cluster up --node-image takes it.';
  return `kind could not create the cluster ${name}: ${lastWords(ended)}`;
}

export function takenPortLine(port: number): string {
  return `Port ${port} of 127.0.0.1 is taken, and the cluster needs it: end what listens there (ss -ltnp 'sport = :${port}' names it).`;
}
