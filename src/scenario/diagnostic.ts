/**
 * What is wrong, or merely doubtful, in what the user wrote. A diagnostic is a value: it is collected, all are
 * shown at once, and none is ever thrown at the user as a stack trace.
 */

/** Where a value stands; line and column count from 1, `file` is relative to the scenario's folder. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export type Severity = 'error' | 'warning';

/** `E…` stops the run, `W…` says that the answer could differ from a cluster's. Codes live in `diagnostic-codes.ts`. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly location: SourceLocation;
  /** Path of the field inside its document, such as `spec.template.spec.containers[0].image`. */
  readonly path?: string;
  /** The offending value as text, cut to a readable length. */
  readonly value?: string;
  /** What would be right. */
  readonly expected?: string;
  readonly hint?: string;
}
