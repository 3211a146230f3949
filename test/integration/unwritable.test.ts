import { closeSync, existsSync, openSync } from 'node:fs';
import spawn, { SubprocessError } from 'nano-spawn';
import { describe, expect, it } from 'vitest';
import { MAIN } from './cli-process.ts';

/** Takes nothing: every write says that the disk is full. */
const FULL = '/dev/full';

async function simOnFullDisk(words: readonly string[]): Promise<readonly [number | undefined, string]> {
  const stdout = openSync(FULL, 'w');
  try {
    const { stderr } = await spawn(process.execPath, [MAIN, ...words], { stdout });
    return [0, stderr];
  } catch (error) {
    if (!(error instanceof SubprocessError)) throw error;
    return [error.exitCode, error.stderr];
  } finally {
    closeSync(stdout);
  }
}

describe.skipIf(!existsSync(FULL))('output that cannot be written', () => {
  it.each([[['run', '--list']], [['schema']], [['--help']]])('ends %j with 3 and one line', async (words) => {
    expect(await simOnFullDisk(words)).toEqual([3, 'The output cannot be written: no space left on device']);
  });
});
