/**
 * Every diagnostic that reading a scenario can give: code → title and explanation. E stops the run, W means that the
 * answer could differ from a cluster's or that a manifest holds a mistake. `docs/diagnostics.generated.md` is written
 * from this table.
 */
import { LIMITS, MEANING, READING, REFERENCES, SHAPE } from './error-codes.ts';
import { LINT, MODEL_WARNINGS } from './warning-codes.ts';

export interface CodeText {
  readonly title: string;
  readonly explanation: string;
}

export type DiagnosticCode =
  | keyof typeof READING
  | keyof typeof SHAPE
  | keyof typeof MEANING
  | keyof typeof REFERENCES
  | keyof typeof LIMITS
  | keyof typeof MODEL_WARNINGS
  | keyof typeof LINT;

export const DIAGNOSTIC_CODES: Readonly<Record<DiagnosticCode, CodeText>> = {
  ...READING,
  ...SHAPE,
  ...MEANING,
  ...REFERENCES,
  ...LIMITS,
  ...MODEL_WARNINGS,
  ...LINT,
};
