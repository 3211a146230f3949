/**
 * A step of the build with a name, the files it is made from and the stages before it. A stage is done when its key, a
 * digest of all these, is the one it was last done with: the build can be broken off anywhere and resumed.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DONE, SCRATCH, SOURCES } from './build-folders.ts';
import { INTERRUPTED } from './interruption.ts';

export interface Stage {
  readonly name: string;
  readonly after: readonly Stage[];
  /** Files and folders beside this one. */
  readonly sources: readonly string[];
  /** Whatever else its result depends on. */
  readonly settings: readonly string[];
  /** Paths that must exist for it to count as done. */
  readonly results: readonly string[];
  readonly build: () => Promise<void>;
}

export function stageKey(stage: Stage): string {
  const hash = createHash('sha256');
  const add = (text: string): void => {
    hash.update(`${text.length}:${text}`);
  };
  add(stage.name);
  for (const earlier of stage.after) add(stageKey(earlier));
  for (const setting of stage.settings) add(setting);
  for (const file of stage.sources.flatMap((source) => filesUnder(join(SOURCES, source)))) {
    add(relative(SOURCES, file));
    add(readFileSync(file, 'utf8'));
  }
  return hash.digest('hex');
}

export function isDone(stage: Stage): boolean {
  const marker = join(DONE, stage.name);
  return (
    existsSync(marker) &&
    readFileSync(marker, 'utf8') === stageKey(stage) &&
    stage.results.every((result) => existsSync(result))
  );
}

/** Prints how long it took, or that there was nothing to do. */
export async function runStage(stage: Stage, print: (line: string) => void): Promise<void> {
  INTERRUPTED.throwIfAborted();
  if (isDone(stage)) {
    print(`${stage.name.padEnd(18)} in the cache`);
    return;
  }
  const marker = join(DONE, stage.name);
  rmSync(marker, { force: true });
  mkdirSync(SCRATCH, { recursive: true });
  print(`${stage.name.padEnd(18)} …`);
  const startedMs = Date.now();
  try {
    await stage.build();
  } finally {
    rmSync(SCRATCH, { recursive: true, force: true });
  }
  mkdirSync(DONE, { recursive: true });
  writeFileSync(marker, stageKey(stage));
  print(`${stage.name.padEnd(18)} ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
}

function filesUnder(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}
