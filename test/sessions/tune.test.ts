import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tuning } from '../../src/predict/tune/tuning.ts';
import { sim } from '../integration/cli-process.ts';
import { KILL_FIRST } from '../integration/kill-first.ts';

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollout-sim-'));
  const { exitCode } = await sim(['init', 'web'], { cwd: folder });
  if (exitCode !== 0) throw new Error(`sim init ended with ${exitCode}`);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const inFolder = async (...words: readonly string[]): ReturnType<typeof sim> => sim(words, { cwd: folder });

const FAILING = [...KILL_FIRST, '--set', 'spec.traffic.rate=100'];

function withoutTime(text: string): Tuning {
  const tuning = JSON.parse(text) as Tuning;
  return { ...tuning, engine: { ...tuning.engine, wallMs: 0 } };
}

describe('sim tune', () => {
  it('says the same for any number of threads, but for the time', async () => {
    const words = ['tune', 'web', ...FAILING, '--vary', 'preStop.sleep=0s..12s', '--json', '--seed', '3'];
    const [one, two] = await Promise.all([
      inFolder(...words, '--workers', '1'),
      inFolder(...words, '--workers', '2'),
    ]);
    const tuning = withoutTime(one.stdout);
    expect(withoutTime(two.stdout)).toEqual(tuning);
    expect(tuning.schema).toBe('rollout-sim/tuning/v1');
    expect(tuning.choice?.verdict).toBe('meets');
    expect(tuning.choice?.runs).toBeGreaterThanOrEqual(73);
    expect(tuning.engine.runs).toBeLessThan(13 * 73);
    expect(one.exitCode).toBe(0);
  });

  it('prints a choice whose own command confirms it', async () => {
    const { stdout, exitCode } = await inFolder('tune', 'web', ...FAILING);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Fields, chosen by');
    const command = /^ {2}sim (run .*)$/mu.exec(stdout)?.[1] ?? '';
    const words = [...command.matchAll(/'([^']*)'|\S+/gu)].map(([word, quoted]) => quoted ?? word);
    const check = await inFolder(...words, '--check', '--runs', '40');
    expect(check.exitCode, command).toBe(0);
  });

  it('ends with 1 when nothing meets the expectations, and tells what limits the nearest', async () => {
    const words = ['--set', 'spec.expect.rolloutWithin=1ms', '--vary', 'maxSurge=1,2', '--runs-max', '40'];
    const { stdout, exitCode } = await inFolder('tune', 'web', ...FAILING, ...words);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('No configuration tried meets the expectations');
    expect(stdout).toMatch(/rolloutWithin: [\d.]+ s where 1ms is expected/u);
  });

  it.each([
    ['preStop.sleap=0s..30s', 'Did you mean preStop.sleep?'],
    ['maxSurge=9..1', 'The range goes down.'],
    ['deployment/wbe.spec.replicas=1,2', 'Did you mean deployment/web?'],
  ])('refuses --vary %s', async (vary, message) => {
    for (const command of ['tune', 'sweep']) {
      const { stderr, stdout, exitCode } = await inFolder(command, 'web', '--vary', vary);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(message);
      expect(stdout).toBe('');
    }
  });
});

describe('sim sweep', () => {
  const VARY = ['--vary', 'maxSurge=1,2', '--vary', 'preStop.sleep=0s,6s', '--runs', '2'];

  it('writes a table with one row for each combination, the same for any number of threads', async () => {
    const [one, two] = await Promise.all(
      ['1', '2'].map(async (workers) => inFolder('sweep', 'web', ...FAILING, ...VARY, '--workers', workers)),
    );
    expect(one?.exitCode).toBe(0);
    expect(one?.stdout).toBe(two?.stdout);
    const lines = one?.stdout.split('\r\n') ?? [];
    expect(lines[0]).toMatch(/^maxSurge,preStop\.sleep,runs,failedMean,failedP2_5,failedP97_5,failedShare,/u);
    expect(lines.slice(1).map((line) => line.split(',').slice(0, 3).join())).toEqual(
      ['1,0s,2', '1,6s,2', '2,0s,2', '2,6s,2'].concat(one?.stdout.endsWith('\r\n') === true ? [''] : []),
    );
  });

  it('writes to a file, which is there as a whole or not at all', async () => {
    const file = join(folder, 'sweep.json');
    const words = ['sweep', 'web', ...FAILING, ...VARY, '--format', 'json', '--out', file];
    expect(await inFolder(...words)).toMatchObject({ exitCode: 0, stdout: '' });
    const { schema, rows } = JSON.parse(readFileSync(file, 'utf8')) as { schema: string; rows: unknown[] };
    expect(schema).toBe('rollout-sim/sweep/v1');
    expect(rows).toHaveLength(4);
    expect(readdirSync(folder).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('says in one line that it cannot write, before it simulates', async () => {
    const file = join(folder, 'no-such-folder', 'sweep.csv');
    const { stderr, exitCode } = await inFolder('sweep', 'web', ...VARY, '--out', file);
    expect(exitCode).toBe(3);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('cannot be written');
    expect(existsSync(file)).toBe(false);
  });

  it.runIf(existsSync('/dev/full'))('says in one line that the disk is full', async () => {
    const { stderr, exitCode } = await inFolder('sweep', 'web', ...FAILING, ...VARY, '--out', '/dev/full');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('/dev/full cannot be written');
    expect(stderr).toContain('no space left on device');
  });

  it('leaves a refused combination without figures, and says why', async () => {
    const words = ['--vary', 'maxSurge=0,1', '--vary', 'maxUnavailable=0', '--runs', '1'];
    const { stdout, stderr, exitCode } = await inFolder('sweep', 'web', ...FAILING, ...words);
    expect(exitCode).toBe(0);
    expect(stdout.split('\r\n')[1]).toMatch(/^0,0,0,+$/u);
    expect(stderr).toContain('1 of 2 combinations cannot be applied');
  });

  it('refuses more combinations than are allowed', async () => {
    const words = ['--vary', 'maxSurge=1..100', '--vary', 'replicas=1..100'];
    const { stderr, exitCode } = await inFolder('sweep', 'web', ...words);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--points-max 10000');
  });
});
