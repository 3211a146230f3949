/** The API server's refusals, and its silence: the two ways in which a call to it fails. */
import { EnvironmentError } from '../environment-error.ts';

/** It answered, and said no. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Sentences that say more than the message, such as which budget forbids an eviction. */
  readonly causes: readonly string[];

  constructor(status: number, message: string, causes: readonly string[] = []) {
    super(message);
    this.status = status;
    this.causes = causes;
  }
}

/** It takes no such object: the manifest is to blame, not the cluster. */
export class ManifestRefused extends Error {
  override readonly name = 'ManifestRefused';
}

/** It did not answer. */
export class ApiUnreachable extends EnvironmentError {
  constructor(cluster: string, why: string) {
    super(
      `The API server of the cluster ${cluster} does not answer (${why}); sim cluster status tells how it is.`,
    );
  }
}

/** Whether the call was refused with that HTTP status. */
export function isStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}

/** Whether the server could not answer just then, which says nothing of the call: it has too much to do, or is broken. */
export function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 429 || error.status >= 500);
}
