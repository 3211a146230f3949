/** What is wrong with a `--vary` argument, and which of its characters are to blame. */

export interface VaryProblem {
  /** The whole argument. */
  readonly text: string;
  /** First character to blame, from 0, and how many; at least one. */
  readonly at: number;
  readonly length: number;
  readonly message: string;
  readonly hint: string | null;
}

/** A part of an argument and where it begins. */
export interface Span {
  readonly text: string;
  readonly at: number;
}

/** Thrown while an argument is read, caught where the reading began. */
export class VaryError extends Error {
  readonly span: Span;
  readonly hint: string | null;

  constructor(span: Span, message: string, hint: string | null = null) {
    super(message);
    this.name = 'VaryError';
    this.span = span;
    this.hint = hint;
  }
}
