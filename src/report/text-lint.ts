/** What `sim lint` prints. */
import type { Diagnostic } from '../scenario/diagnostic.ts';
import { diagnosticsText, type PlaceNames } from './diagnostics-text.ts';
import type { Sources } from './source-lines.ts';
import { PLAIN, type Style } from './style.ts';

export function lintText(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  style: Style = PLAIN,
  names?: PlaceNames,
): string {
  if (diagnostics.length === 0) return `${style.good('No mistakes found.')}\n`;
  return diagnosticsText(diagnostics, sources, style, names);
}
