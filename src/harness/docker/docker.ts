/** A Docker daemon that answered, spoken to through the docker command line. */
import { runCommand, lastWords, type CommandEnded, type CommandOptions } from '../command.ts';
import { EnvironmentError } from '../environment-error.ts';

export interface Docker {
  /** Its address, as DOCKER_HOST has it. */
  readonly host: string;
  readonly serverVersion: string;
  /** For programs that look for the daemon themselves, such as kind. */
  readonly env: Readonly<Record<string, string>>;
  /** Gives back what the command printed; throws an `EnvironmentError` when it fails. */
  command(words: readonly string[], options?: CommandOptions): Promise<string>;
  /** The same with the failure as data. */
  attempt(words: readonly string[], options?: CommandOptions): Promise<CommandEnded>;
}

export const DOCKER_PROGRAM = 'docker';

export function dockerAt(host: string, serverVersion: string): Docker {
  const env = { DOCKER_HOST: host };
  const attempt: Docker['attempt'] = async (words, options = {}) =>
    runCommand(DOCKER_PROGRAM, words, { ...options, env: { ...env, ...options.env } });
  return {
    host,
    serverVersion,
    env,
    attempt,
    async command(words, options) {
      const ended = await attempt(words, options);
      if (ended.exitCode === 0) return ended.stdout;
      const said = words.slice(0, 2).join(' ');
      throw new EnvironmentError(`docker ${said} failed: ${lastWords(ended)}`);
    },
  };
}
