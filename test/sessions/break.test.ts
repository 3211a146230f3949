import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { templateFiles } from '../../src/cli/init-template.ts';
import type { Breaking } from '../../src/predict/break/breaking.ts';
import { sim } from '../integration/cli-process.ts';

/** Few requests and nothing but pods that are killed: any of them breaks `pods.readyMin`. */
const QUICK = [
  '--set',
  'spec.traffic.rate=50',
  '--set',
  'spec.expect={pods: {readyMin: 4}}',
  '--engine',
  'exact',
  '--seed',
  '3',
  '--runs',
  '3',
  '--minutes',
  '5',
];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-break-'));
  for (const { path, text } of templateFiles('web')) {
    mkdirSync(dirname(join(folder, 'web', path)), { recursive: true });
    writeFileSync(join(folder, 'web', path), text);
  }
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function breakWeb(...words: readonly string[]): ReturnType<typeof sim> {
  return sim(['break', './web', ...QUICK, ...words], { cwd: folder });
}

/** Keeps no counterexample. */
async function breakingOf(...words: readonly string[]): Promise<Breaking> {
  const { stdout, exitCode } = await breakWeb('--json', '--regressions', 'none.yaml', ...words);
  expect(exitCode).toBe(1);
  rmSync(join(folder, 'none.yaml'), { force: true });
  return JSON.parse(stdout) as Breaking;
}

describe('a scenario of one’s own', () => {
  test('for which there was no time is not passed as unbroken', async () => {
    const { stdout, exitCode } = await breakWeb('--minutes', '0.000001');
    expect(stdout).toContain('Nothing was tried');
    expect(stdout).not.toContain('Nothing found');
    expect(exitCode).toBe(2);
  });

  test('is broken by one killed pod, which is kept and tried first the next time', async () => {
    const first = await breakWeb('--kinds', 'pod-kill,drain');
    expect(first.stderr).toBe('');
    expect(first.exitCode).toBe(1);
    expect(first.stdout).toContain('One fault breaks pods.readyMin in 3 of 3 runs.');
    expect(first.stdout).toMatch(
      /faults:\n {2}- \{ at: \S+, podKill: \{ mode: one, gracePeriodSeconds: 45 \} \}\n/u,
    );
    expect(first.stdout).toContain('no smaller one breaks the same');
    expect(first.stdout).toContain('Kept in');

    const kept = readFileSync(join(folder, 'web', 'regressions.yaml'), 'utf8');
    expect(kept).toContain('breaks: [ pods.readyMin ]');

    const again = await breakWeb('--kinds', 'pod-kill,drain');
    expect(again.exitCode).toBe(1);
    expect(again.stdout).toContain('An earlier counterexample still holds: one fault breaks pods.readyMin');
    expect(readFileSync(join(folder, 'web', 'regressions.yaml'), 'utf8')).toBe(kept);
  });

  test('gives the same counterexample for any number of workers, and its path leads back to it', async () => {
    const [one, two] = [await breakingOf('--workers', '1'), await breakingOf('--workers', '2')];
    expect(one.schema).toBe('rollout-sim/break/v1');
    expect(two.counterexample).toEqual(one.counterexample);
    expect(two.tried.schedules).toBe(one.tried.schedules);
    const followed = await breakingOf('--path', one.counterexample?.path ?? '');
    expect(followed.counterexample).toMatchObject({
      from: 'path',
      yaml: one.counterexample?.yaml,
      broken: one.counterexample?.broken,
    });
  });

  test('the printed settings replay what was found', async () => {
    const { stdout } = await breakWeb('--json');
    const { counterexample } = JSON.parse(stdout) as Breaking;
    const settings = (counterexample?.set ?? []).flatMap((text) => ['--set', text]);
    const run = await sim(
      [
        'run',
        './web',
        '--runs',
        '3',
        '--seed',
        '3',
        '--engine',
        'exact',
        '--check',
        '--no-fixes',
        '--json',
        ...QUICK.slice(0, 4),
        ...settings,
      ],
      { cwd: folder },
    );
    expect(run.exitCode).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({ expectations: [{ name: 'pods.readyMin', met: false }] });
  });
});

describe('nothing found', () => {
  test('ends with code 0 and says what was tried', async () => {
    const { stdout, exitCode } = await breakWeb('--kinds', 'dependency-outage');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('There is nothing to break');
    const none = await sim(
      [
        'break',
        './web',
        ...QUICK.slice(0, 2),
        '--set',
        'spec.expect={failedRequests: 100000}',
        '--schedules',
        '3',
        '--engine',
        'exact',
      ],
      { cwd: folder },
    );
    expect(none.exitCode).toBe(0);
    expect(none.stdout).toMatch(/Tried +3 schedules/u);
    expect(none.stdout).toContain('Nothing found that breaks what is expected. More --schedules try more');
    expect(existsSync(join(folder, 'web', 'regressions.yaml'))).toBe(false);
  });
});

describe('bad input', () => {
  test.each([
    [['--budget', 'nodes=two'], /nodes must be a whole number/u],
    [['--kinds', 'drian'], /did you mean drain/u],
    [['--path', '1:x'], /A path is numbers with colons/u],
    [['--minutes', '0'], /number above 0/u],
  ])('%j', async (words, message) => {
    const { stderr, exitCode } = await breakWeb(...words);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('a file of counterexamples that is none, with its place', async () => {
    writeFileSync(join(folder, 'web', 'regressions.yaml'), 'schedules:\n  - fault: []\n');
    const { stderr, exitCode } = await breakWeb();
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/regressions\.yaml:2:5 {2}.*fault/u);
  });

  test('a path that no schedule has', async () => {
    const { stderr, exitCode } = await breakWeb('--path', '0:9999');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('With these options no schedule has the path 0:9999.');
  });
});

test('a scenario that misses what it expects without faults is told so first', async () => {
  cpSync(join(folder, 'web'), join(folder, 'strict'), { recursive: true });
  const { stdout } = await sim(
    [
      'break',
      './strict',
      ...QUICK.slice(0, 2),
      '--set',
      'spec.expect={rolloutWithin: 1s}',
      '--engine',
      'exact',
      '--schedules',
      '2',
    ],
    { cwd: folder },
  );
  expect(stdout).toMatch(/rolloutWithin .* expected 1s: not met; broken above/u);
  expect(stdout).toContain('misses rolloutWithin without any fault');
});
