import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import spawn, { SubprocessError } from 'nano-spawn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAIN, sim } from './cli-process.ts';

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollout-sim-'));
  await sim(['init', 'web'], { cwd: folder });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

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

describe('a file that cannot be written', () => {
  it.each([
    [['run', './web', '--record', '/nonexist/x.json'], '/nonexist/x.json'],
    [['run', './web', '--record', ''], 'A file without a name'],
    [['run', './web', '--record', 'web/scenario.yaml/x.json'], 'web/scenario.yaml/x.json'],
    [['break', './web', '--regressions', '/nonexist/r.yaml'], '/nonexist/r.yaml'],
  ])('ends %j before anything is simulated', async (words, subject) => {
    const { exitCode, stdout, stderr } = await sim(words, { cwd: folder });
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(
      new RegExp(`^${subject} cannot be written: (?:no such file or directory|not a directory)$`, 'u'),
    );
  });

  // Its own name is just short enough, that of the draft beside it is not: nothing tells before it is written.
  const tooLong = 'x'.repeat(253);

  it.each([
    [['run', './web', '--runs', '1', '--no-fixes', '--record', tooLong], 'Failed requests'],
    [
      [
        'break',
        './web',
        '--kinds',
        'container-kill',
        '--schedules',
        '5',
        '--runs',
        '1',
        '--regressions',
        tooLong,
      ],
      'one fault breaks',
    ],
  ])('still lets what %j found be read', async (words, found) => {
    const { exitCode, stdout, stderr } = await sim(words, { cwd: folder });
    expect([exitCode, stderr]).toEqual([3, `${tooLong} cannot be written: name too long`]);
    expect(stdout.toLowerCase()).toContain(found.toLowerCase());
  });
});

describe.skipIf(!existsSync('/proc/self'))('a folder that cannot be made', () => {
  it('ends init with 3', async () => {
    const { exitCode, stderr } = await sim(['init', '/proc/zz']);
    expect([exitCode, stderr]).toEqual([3, '/proc/zz cannot be written: no such file or directory']);
  });
});
