/** Finds the Docker daemon of this machine, or says in one line what is missing: the program, the daemon or the rights. */
import { lastWords, runCommand } from '../command.ts';
import { EnvironmentError } from '../environment-error.ts';
import { DOCKER_PROGRAM, dockerAt, type Docker } from './docker.ts';

export type DockerProblem = 'no-program' | 'no-daemon' | 'no-rights';

export interface DockerAbsence {
  readonly problem: DockerProblem;
  /** One line: what is wrong and what to do. */
  readonly line: string;
}

/** Beyond it, a daemon that accepts connections and says nothing counts as absent. */
const ANSWER_WITHIN_MS = 15_000;

/** @param host a daemon's address; null takes the one that DOCKER_HOST or Docker's own context names */
export async function findDocker(host: string | null, signal?: AbortSignal): Promise<Docker> {
  const found = await lookForDocker(host, signal);
  if ('problem' in found) throw new EnvironmentError(found.line);
  return found;
}

export async function lookForDocker(
  host: string | null,
  signal?: AbortSignal,
): Promise<Docker | DockerAbsence> {
  const address = host ?? (await ordinaryHost());
  const ended = await runCommand(DOCKER_PROGRAM, ['version', '--format', '{{.Server.Version}}'], {
    env: { DOCKER_HOST: address },
    timeoutMs: ANSWER_WITHIN_MS,
    ...(signal === undefined ? {} : { signal }),
  });
  if (ended.exitCode === 0 && ended.stdout !== '') return dockerAt(address, ended.stdout.trim());
  if (ended.missing)
    return {
      problem: 'no-program',
      line: 'Docker is missing: install it from https://docs.docker.com/engine/install, or on Debian run npm run cluster:image, which installs it.',
    };
  if (/permission denied/iu.test(ended.stderr))
    return {
      problem: 'no-rights',
      line: `Docker refuses this user at ${address}: add yourself to its group (sudo usermod -aG docker "$USER", then log in again) or run as root.`,
    };
  return {
    problem: 'no-daemon',
    line: `No Docker daemon answers at ${address} (${lastWords(ended)}): start it (sudo systemctl start docker), or take sim cluster up --node-image, which starts one.`,
  };
}

/** Docker's contexts are how Docker Desktop and its like say where their socket is. */
async function ordinaryHost(): Promise<string> {
  const named = process.env['DOCKER_HOST'];
  if (named !== undefined && named !== '') return named;
  const context = await runCommand(DOCKER_PROGRAM, [
    'context',
    'inspect',
    '--format',
    '{{.Endpoints.docker.Host}}',
  ]);
  const host = context.stdout.trim();
  return context.exitCode === 0 && host !== '' ? host : 'unix:///var/run/docker.sock';
}
