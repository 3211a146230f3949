/** Builds the program into a folder of its own: what Node.js cannot run from source is its JSX. */
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import spawn, { SubprocessError } from 'nano-spawn';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface BuiltProgram {
  readonly main: string;
  readonly remove: () => void;
}

export async function buildProgram(): Promise<BuiltProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'rollout-sim-'));
  for (const shared of ['node_modules', 'scenarios', 'package.json']) {
    symlinkSync(join(ROOT, shared), join(folder, shared));
  }
  const main = join(folder, 'dist', 'cli', 'main.js');
  const words = ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', join(folder, 'dist')];
  try {
    await spawn(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), ...words]);
  } catch (error) {
    if (!(error instanceof SubprocessError) || !existsSync(main)) throw error;
  }
  return {
    main,
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}
