/** What a command that works on the cluster ends with, by whose fault it is. */
import { EnvironmentError } from '../harness/environment-error.ts';
import { ApiError, ManifestRefused } from '../harness/kubernetes/api-error.ts';
import { CommandError } from './command-error.ts';
import { ExitCode } from './exit-code.ts';

/** What the environment lacks, what its API server refuses and which manifest it does not take is said in one line; anything else is a bug of ours. */
export function asCommandError(error: unknown): unknown {
  if (error instanceof EnvironmentError) return new CommandError(ExitCode.environment, error.message);
  if (error instanceof ManifestRefused) return new CommandError(ExitCode.badInput, error.message);
  if (error instanceof ApiError)
    return new CommandError(ExitCode.environment, `The API server refused a call: ${error.message}`);
  return error;
}
