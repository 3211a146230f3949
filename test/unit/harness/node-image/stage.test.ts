import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Stage } from '../../../cluster/node-image/stage.ts';
import { fakePrograms } from '../fake-programs.ts';

/** The cache's folder is read once, when the module is loaded: each test loads it anew for a folder of its own. */
beforeEach(() => {
  vi.resetModules();
});

async function fixture(): Promise<{
  folder: string;
  result: string;
  source: string;
  stage: Stage;
  lines: string[];
  run: (stage: Stage) => Promise<void>;
  isDone: (stage: Stage) => boolean;
}> {
  const { folder } = fakePrograms();
  const { runStage, isDone } = await import('../../../cluster/node-image/stage.ts');
  const { SOURCES } = await import('../../../cluster/node-image/build-folders.ts');
  const result = join(folder, 'result');
  // Stages name their sources from the build's own folder.
  const source = join(folder, 'source');
  writeFileSync(source, 'first');
  const stage: Stage = {
    name: 'one',
    after: [],
    sources: [relative(SOURCES, source)],
    settings: ['setting'],
    results: [result],
    build: vi.fn(async () => writeFileSync(result, 'built')),
  };
  const lines: string[] = [];
  return {
    folder,
    result,
    source,
    stage,
    lines,
    isDone,
    run: async (which) => runStage(which, (line) => lines.push(line)),
  };
}

describe('a stage of the build', () => {
  it('is built once, and says how long it took', async () => {
    const { stage, run, lines } = await fixture();
    await run(stage);
    await run(stage);
    expect(stage.build).toHaveBeenCalledTimes(1);
    expect(lines[1]).toMatch(/^one +\d+\.\d s$/u);
    expect(lines[2]).toMatch(/^one +in the cache$/u);
  });

  it('is built again when a source, a setting, a result or an earlier stage has changed', async () => {
    const { stage, run, isDone, source, result } = await fixture();
    await run(stage);
    expect(isDone(stage)).toBe(true);
    expect(isDone({ ...stage, settings: ['another'] })).toBe(false);
    expect(isDone({ ...stage, after: [{ ...stage, name: 'zero' }] })).toBe(false);
    writeFileSync(source, 'second');
    expect(isDone(stage)).toBe(false);
    await run(stage);
    expect(stage.build).toHaveBeenCalledTimes(2);
    rmSync(result);
    expect(isDone(stage)).toBe(false);
  });

  it('that was broken off is not done, even if it was before', async () => {
    const { stage, run, isDone, source } = await fixture();
    await run(stage);
    writeFileSync(source, 'second');
    const failing: Stage = { ...stage, build: async () => Promise.reject(new Error('disk full')) };
    await expect(run(failing)).rejects.toThrow('disk full');
    writeFileSync(source, 'first');
    expect(isDone(stage)).toBe(false);
  });
});

describe('the machine that builds', () => {
  it('gets the packages that it lacks, and no others', async () => {
    const programs = fakePrograms();
    programs.add('dpkg-query', { '*docker.io': {}, '*': { stdout: 'installed' } });
    programs.add('apt-get', { '*': {} });
    const { installHostPackages } = await import('../../../cluster/node-image/host-packages.ts');
    await installHostPackages();
    expect(programs.calls().filter((call) => call.startsWith('apt-get'))).toEqual([
      'apt-get update',
      'apt-get install --yes --no-install-recommends docker.io',
    ]);
  });

  it('is told the last lines of a program that failed, and where all of them are', async () => {
    const programs = fakePrograms();
    programs.add('go', { '*': { stderr: 'no required module\n', exitCode: 1 } });
    const { loggedCommand } = await import('../../../cluster/node-image/logged-command.ts');
    const log = join(programs.folder, 'cache', 'rollout-sim', 'node-image', 'log', 'try.log');
    mkdirSync(join(programs.folder, 'cache'), { recursive: true });
    await expect(loggedCommand('go', ['build'], { log: 'try' })).rejects.toThrow(
      `no required module\ngo failed (1); all it printed is in ${log}.`,
    );
    expect(readFileSync(log, 'utf8')).toBe('no required module\n');
  });
});
