/**
 * A scenario's files in memory: what the loader works on. Plain data, so that workers can load it again with other
 * `--set` values; `src/scenario-files.ts` fills it from disk.
 */

export type ReadProblem = 'missing' | 'not-a-file' | 'too-large' | 'binary' | 'symlink-loop' | 'unreadable';

export type FileEntry =
  | { readonly kind: 'text'; readonly text: string }
  /** Names of the files in it, in the order in which they are applied, and of folders that are not entered. */
  | { readonly kind: 'folder'; readonly files: readonly string[]; readonly folders: readonly string[] }
  | { readonly kind: 'problem'; readonly problem: ReadProblem; readonly detail: string };

export interface ScenarioFiles {
  /** Where the scenario's folder is, for messages only. */
  readonly root: string;
  /** Path of the scenario's own file inside `entries`. */
  readonly scenarioFile: string;
  /** Keyed by path relative to the scenario's folder, with `/`, normalised by `normalizePath`. */
  readonly entries: Readonly<Record<string, FileEntry>>;
}

/** One spelling for each path: `./manifests//a.yaml`, `manifests/x/../a.yaml` → `manifests/a.yaml`. */
export function normalizePath(path: string): string {
  const kept: string[] = [];
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else kept.push(part);
  }
  const root = /^[/\\]/u.test(path) ? '/' : '';
  return kept.length === 0 ? root || '.' : root + kept.join('/');
}
