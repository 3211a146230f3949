/** The machine-readable outputs: each is one JSON value, and its text ends with a newline. */
import type { Prediction } from '../prediction.ts';
import type { Diagnostic } from '../scenario/diagnostic.ts';

const DIAGNOSTICS_SCHEMA = 'rollout-sim/diagnostics/v1';

export function predictionJson(prediction: Prediction): string {
  return jsonText(prediction);
}

/** What `--json` prints instead of its own object when the input is bad, and what `lint --json` prints. */
export function diagnosticsJson(diagnostics: readonly Diagnostic[]): string {
  return jsonText({ schema: DIAGNOSTICS_SCHEMA, diagnostics });
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
