/** Diagnostics as text: where, what, what would be right, with the line itself and a mark under the value. */
import { isAbsolute, join } from 'node:path';
import type { Diagnostic } from '../scenario/diagnostic.ts';
import { SETTING_FILE } from '../scenario/setting.ts';
import { plural } from './numbers.ts';
import type { Sources } from './source-lines.ts';
import { PLAIN, type Style } from './style.ts';

const LINE_LENGTH_MAX = 160;

/** How the command line named what a diagnostic's place stands in. */
export interface PlaceNames {
  /** The scenario's folder as it was given; empty: the present one. */
  readonly folder: string;
  /** Of each setting, where it came from; `--set (no. n)` for those without one. */
  readonly settings: readonly string[];
}

const NAMED_NOWHERE: PlaceNames = { folder: '', settings: [] };

/** All of them, each a paragraph, with their number at the end. */
export function diagnosticsText(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  style: Style = PLAIN,
  names: PlaceNames = NAMED_NOWHERE,
): string {
  const paragraphs = diagnostics.map((diagnostic) => diagnosticText(diagnostic, sources, style, names));
  return `${[...paragraphs, tally(diagnostics)].join('\n\n')}\n`;
}

function diagnosticText(diagnostic: Diagnostic, sources: Sources, style: Style, names: PlaceNames): string {
  const { code, severity, location, message, path, value, expected, hint } = diagnostic;
  const paint = severity === 'error' ? style.bad : style.doubtful;
  const lines = [`${paint(`${severity} ${code}`)}  ${style.strong(placeOf(location, names))}  ${message}`];
  lines.push(...excerpt(diagnostic, sources, style));
  const detail = (label: string, text: string | undefined): void => {
    if (text !== undefined) lines.push(`    ${style.faint(label.padEnd(9))} ${text}`);
  };
  detail('field', path);
  detail('value', value);
  detail('expected', expected);
  detail('hint', hint);
  return lines.join('\n');
}

function placeOf({ file, line, column }: Diagnostic['location'], { folder, settings }: PlaceNames): string {
  if (file === SETTING_FILE) return settings[line - 1] ?? `--set (no. ${line})`;
  return `${folder === '' || isAbsolute(file) ? file : join(folder, file)}:${line}:${column}`;
}

function excerpt({ location, value }: Diagnostic, sources: Sources, style: Style): readonly string[] {
  const source = sources.line(location.file, location.line)?.replaceAll('\t', ' ');
  if (source === undefined || source.trim() === '' || source.length > LINE_LENGTH_MAX) return [];
  if (location.file === SETTING_FILE) return [`    ${style.faint('|')} ${source}`];
  const number = String(location.line).padStart(5);
  const before = Math.min(location.column - 1, source.length);
  const marked = value !== undefined && source.startsWith(value, before) ? value.length : 1;
  const mark = `${' '.repeat(before)}${'^'.repeat(marked)}`;
  return [
    `${style.faint(`${number} |`)} ${source}`,
    `${style.faint(`${' '.repeat(number.length)} |`)} ${style.bad(mark)}`,
  ];
}

function tally(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const parts = [
    ...(errors > 0 ? [plural(errors, 'error')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
  ];
  return parts.length === 0 ? 'Nothing to complain about.' : parts.join(', ');
}
