/** What the user wrote at a place: the line itself, and what stands below it where a line opens a block. */
import type { ScenarioFiles } from '../scenario/file-set.ts';
import { SETTING_FILE } from '../scenario/setting.ts';

export interface Sources {
  /** The line as it stands; null where its file is not at hand. */
  readonly line: (file: string, line: number) => string | null;
  /** The field in one line: `preStop: exec: command: [sh, -c, sleep 5]`. */
  readonly field: (file: string, line: number) => string | null;
}

/** @param set the `--set` texts, which count as a file of their own */
export function sourcesOf(files: ScenarioFiles, set: readonly string[] = []): Sources {
  const split = new Map<string, readonly string[]>();
  const linesOf = (file: string): readonly string[] => {
    if (file === SETTING_FILE) return set;
    let lines = split.get(file);
    if (lines === undefined) {
      const entry = Object.hasOwn(files.entries, file) ? files.entries[file] : undefined;
      lines = entry?.kind === 'text' ? entry.text.split(/\r?\n/u) : [];
      split.set(file, lines);
    }
    return lines;
  };
  return {
    line: (file, line) => linesOf(file)[line - 1] ?? null,
    field: (file, line) => fieldAt(linesOf(file), line - 1),
  };
}

/** Lines of a block that are joined at most; the rest does not fit a terminal's line anyway. */
const JOINED_MAX = 8;

function fieldAt(lines: readonly string[], index: number): string | null {
  const first = lines[index];
  if (first === undefined) return null;
  const parts = [withoutComment(first.trim())];
  // Only a line that ends in a colon leaves its value to the lines below.
  if (!parts[0]?.endsWith(':')) return parts[0] ?? null;
  const indent = indentOf(first);
  for (const line of lines.slice(index + 1)) {
    const text = withoutComment(line.trim());
    if (text === '') continue;
    if (indentOf(line) <= indent || parts.length > JOINED_MAX) break;
    parts.push(text);
  }
  return withoutShell(parts.join(' '));
}

const SHELL_COMMAND = /exec: command: \[\s*['"]?[\w/]*sh['"]?,\s*['"]?-c['"]?,\s*(['"])(.*)\1\s*\]/u;

/** `preStop: exec: command: [sh, -c, 'sleep 5']` says no more than `preStop: sleep 5`. */
function withoutShell(text: string): string {
  return text.replace(SHELL_COMMAND, '$2');
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function withoutComment(text: string): string {
  if (text.startsWith('#')) return '';
  const comment = / +#/u.exec(text);
  // A hash inside quotes is text; a line with quotes is left whole.
  return comment === null || /["']/u.test(text) ? text : text.slice(0, comment.index);
}
