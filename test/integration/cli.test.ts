import { spawn as spawnChild } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Prediction } from '../../src/prediction.ts';
import { interruptedSim, MAIN, sim } from './cli-process.ts';
import { KILL_FIRST } from './kill-first.ts';

/** Says so when the simulation's threads begin, after the program's own start. */
const TELL_THREADS = new URL('tell-threads.ts', import.meta.url);

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollout-sim-'));
  const { exitCode } = await sim(['init', 'web'], { cwd: folder });
  for (const name of ['broken', 'none']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'broken', 'scenario.yaml'), 'kind: Scenery\n');
  if (exitCode !== 0) throw new Error(`sim init ended with ${exitCode}`);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('help', () => {
  it('names every command and ends with 0', async () => {
    const { exitCode, stdout } = await sim(['--help']);
    expect(exitCode).toBe(0);
    for (const command of ['run', 'explain', 'lint', 'schema', 'init'])
      expect(stdout).toContain(`  ${command} `);
  });

  it.each(['run', 'explain', 'lint', 'schema', 'init'])('of %s shows examples', async (command) => {
    const { exitCode, stdout } = await sim([command, '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Examples:\n  sim ${command}`);
  });

  it('tells the version', async () => {
    expect((await sim(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+$/u);
  });
});

describe('bad input', () => {
  it.each([
    [['rum', 'web'], 'Did you mean run?'],
    [['run', 'web', '--rums', '3'], 'Did you mean --runs?'],
    [['run', 'web', '--runs', '0'], 'whole number from 1 to 10000'],
    [['run', 'web', '--runs', '1e3'], 'whole number from 1 to 10000'],
    [['run', 'web', '--engine', 'magic'], 'Allowed choices are auto, exact, skip-ahead'],
    [['run', 'black-fryday'], 'Did you mean black-friday?'],
    [['run'], 'sim run --list'],
    [['run', '--list', 'web'], '--list lists all scenarios; web has no meaning beside it'],
    [['what-if', 'web', '--slo', '0.999'], 'for a share of 0.999 write 99.9'],
    [['what-if', 'web', '--slo', '100%'], 'from 1 to below 100'],
    [['what-if', '--list', 'web'], '--list lists all questions; web has no meaning beside it'],
    [['run', 'web', '--seed', '9007199254740993'], 'at most 9007199254740991'],
    [['compare', 'web', '--with', 'spec.nope=3'], 'error E201  --with (no. 1)'],
    [['compare', 'web', 'broken/scenario.yaml'], 'broken/scenario.yaml:1:1'],
    [['run', './none'], 'none/scenario.yaml:1:1  scenario.yaml cannot be read: no such file.'],
    [['lint', 'web', 'black-friday'], 'web is a scenario: lint it by itself'],
    [['verify', 'web', '--record', 'nothing.json'], 'There is no record nothing.json'],
    [['break', 'web', '--kinds', 'drain', '--except', 'drain'], 'No kind of fault is left'],
    [['init', 'web'], 'is not empty'],
    [['lint', 'nothing-here.yaml'], ''],
  ])('%j ends with 2 and says why', async (words, message) => {
    const { exitCode, stdout, stderr } = await sim(words, { cwd: folder });
    expect(exitCode).toBe(2);
    expect(`${stderr}${stdout}`).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  it('shows every mistake with its line, on standard error', async () => {
    const { exitCode, stdout, stderr } = await sim(
      ['run', './web', '--set', 'spec.traffic.rate=-1', '--set', 'deployment/web.spec.replicas=many'],
      { cwd: folder },
    );
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('error E205  --set (no. 1)');
    expect(stderr).toContain('error E203  --set (no. 2)');
    expect(stderr).toContain('2 errors');
  });

  it('gives them as one JSON object when JSON is asked for', async () => {
    const words = ['run', './web', '--json', '--set', 'spec.traffic.rate=-1'];
    const { exitCode, stdout } = await sim(words, { cwd: folder });
    expect(exitCode).toBe(2);
    const { schema, diagnostics } = JSON.parse(stdout) as { schema: string; diagnostics: { code: string }[] };
    expect([schema, diagnostics.map(({ code }) => code)]).toEqual(['rollout-sim/diagnostics/v1', ['E205']]);
  });
});

describe('run', () => {
  it('predicts what init wrote', async () => {
    const { exitCode, stdout, stderr } = await sim(['run', './web', '--runs', '2', '--check'], {
      cwd: folder,
    });
    expect(stderr).toBe('');
    expect(stdout).toContain('seed 1 · 2 runs · profile kind');
    expect(stdout).toMatch(/Failed requests {3}none of .* expected 0: met/u);
    expect(exitCode).toBe(0);
  });

  it('prints one JSON object and nothing else', async () => {
    const words = ['run', './web', '--json', '--runs', '1', '--no-fixes', ...KILL_FIRST];
    const { exitCode, stdout, stderr } = await sim(words, { cwd: folder });
    expect([exitCode, stderr]).toEqual([0, '']);
    const prediction = JSON.parse(stdout) as Prediction;
    expect(prediction.schema).toBe('rollout-sim/prediction/v1');
    expect(prediction.engine).toMatchObject({ seed: 1, runs: 1 });
    expect(prediction.requests.failed.mean).toBeGreaterThan(0);
    expect(prediction.causes[0]).toMatchObject({ rule: 'R-SRV-7', where: [{ file: '--set', line: 1 }] });
  });

  it('gives the same bytes for any number of workers, and shows what fixes do', async () => {
    const words = ['run', './web', '--json', '--runs', '3', ...KILL_FIRST];
    const outputs = await Promise.all(
      ['1', '3'].map(async (workers) => sim([...words, '--workers', workers], { cwd: folder })),
    );
    const [one, three] = outputs.map(({ stdout }) => stdout.replace(/"wallMs": \d+/u, '"wallMs": 0'));
    expect(three).toBe(one);
    const { causes } = JSON.parse(one ?? '') as Prediction;
    const [cause] = causes;
    expect(cause?.fix?.failed?.mean).toBeLessThan(cause?.failed.mean ?? 0);
  });

  it('ends with 1 when an expectation is not met and --check asks', async () => {
    const words = ['run', './web', '--runs', '1', '--no-fixes', ...KILL_FIRST];
    expect((await sim([...words, '--check'], { cwd: folder })).exitCode).toBe(1);
    expect((await sim(words, { cwd: folder })).exitCode).toBe(0);
  });

  it('lists the bundled scenarios', async () => {
    const { exitCode, stdout } = await sim(['run', '--list']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^black-friday {2,}\S/mu);
  });

  it.each([
    [['run', '--list'], 'scenarios'],
    [['what-if', '--list'], 'questions'],
    [['explain', './web', '--request', '2', ...KILL_FIRST], 'request'],
  ])('%j as JSON says which schema it has', async (words, schema) => {
    const { stdout } = await sim([...words, '--json'], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({ schema: `rollout-sim/${schema}/v1` });
  });

  it('names the default share in percent', async () => {
    expect((await sim(['what-if', '--help'])).stdout.replaceAll(/\s+/gu, ' ')).toContain('(default: 99.9)');
  });

  it('writes no escape codes to a pipe', async () => {
    const { stdout } = await sim(['run', './web', '--runs', '1', ...KILL_FIRST], {
      cwd: folder,
      env: { FORCE_COLOR: '1' },
    });
    expect(stdout).not.toContain('\u001B');
  });
});

describe('explain', () => {
  it('tells causes with settings, and the story of one request', async () => {
    const all = await sim(['explain', './web', '--runs', '1', ...KILL_FIRST], { cwd: folder });
    expect(all.stdout).toContain('R-SRV-7');
    expect(all.stdout).toContain('--set ');
    const one = await sim(['explain', './web', '--request', '2', ...KILL_FIRST], { cwd: folder });
    expect(one.stdout).toMatch(/^Failed request 2: refused, from client-\d+ on worker-\d+ to pod web-/u);
  });

  it('says so when there is no such request', async () => {
    const { exitCode, stderr } = await sim(['explain', './web', '--request', '1'], { cwd: folder });
    expect([exitCode, stderr]).toEqual([
      2,
      'There is no failed request 1: in the run with seed 1 no request fails.',
    ]);
  });
});

describe('lint and schema', () => {
  it('finds mistakes in bare manifests', async () => {
    const file = join(folder, 'deployment.yaml');
    writeFileSync(
      file,
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: x }\nspec: { replica: 3 }\n',
    );
    const { exitCode, stdout } = await sim(['lint', file]);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('deployment.yaml:4');
  });

  it('finds none in what init wrote', async () => {
    expect(await sim(['lint', './web'], { cwd: folder })).toMatchObject({
      exitCode: 0,
      stdout: 'No mistakes found.',
    });
  });

  it('prints a JSON Schema', async () => {
    const { stdout } = await sim(['schema']);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'object' });
  });
});

describe('the process', () => {
  it('ends quietly when its reader goes', async () => {
    const code = await new Promise<number | null>((resolve, reject) => {
      const child = spawnChild(process.execPath, [MAIN, 'schema'], { stdio: ['ignore', 'pipe', 'pipe'] });
      let stderr = '';
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString();
      });
      child.stdout.destroy();
      child.on('error', reject);
      child.on('close', (exitCode) => {
        if (stderr === '') resolve(exitCode);
        else reject(new Error(stderr));
      });
    });
    expect(code).toBe(0);
  });

  it('stops on Ctrl-C with 130 and leaves nothing behind', async () => {
    const before = readdirSync(folder);
    const words = ['run', 'black-friday', '--runs', '500', '--workers', '2'];
    const ended = await interruptedSim(words, /a thread begins/u, { cwd: folder, preload: TELL_THREADS });
    expect(ended).toMatchObject({ exitCode: 130, signal: undefined, stdout: '' });
    expect(ended.stderr.replaceAll(/a thread begins\n?/gu, '').trim()).toBe('Interrupted.');
    expect(readdirSync(folder)).toEqual(before);
  });
});
