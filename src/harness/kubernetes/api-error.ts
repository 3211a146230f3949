/** The API server's refusals, and its silence: the two ways in which a call to it fails. */
import { EnvironmentError } from '../environment-error.ts';

/** It answered, and said no. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Kubernetes' own word, such as `NotFound`; empty when the answer held none. */
  readonly reason: string;
  /** The budget that refuses an eviction, when the answer says so (R-PDB-3). */
  readonly retryAfterSeconds: number | null;

  constructor(status: number, message: string, reason = '', retryAfterSeconds: number | null = null) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }
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
