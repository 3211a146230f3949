/** The real `sim cluster`, on machines that lack something: one line each, and the exit code of the environment. */
import { chmodSync, mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newState } from '../../src/harness/cluster/state-file.ts';
import { interruptedSim, sim, type Ended } from './cli-process.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollout-sim-cluster-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** With nothing on the PATH, and with neither the state nor the cache of this machine. */
async function bare(...words: readonly string[]): Promise<Ended> {
  const env = {
    PATH: folder,
    DOCKER_HOST: '',
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CACHE_HOME: join(folder, 'cache'),
  };
  return sim(['cluster', ...words], { env });
}

describe('sim cluster', () => {
  it('up says that Docker is missing, in one line', async () => {
    const { exitCode, stdout, stderr } = await bare('up');
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toMatch(/^Docker is missing: [^\n]+$/u);
  });

  it('up --node-image says that no image is built, in one line', async () => {
    const { exitCode, stderr } = await bare('up', '--node-image');
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^No node image is built on this machine: npm run cluster:image [^\n]+$/u);
  });

  it('status ends with 3 when there is no cluster, and tells it as JSON too', async () => {
    const { exitCode, stdout } = await bare('status', '--json');
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'rollout-sim', state: 'absent', nodes: [] });
    expect(await bare('status')).toMatchObject({
      exitCode: 3,
      stdout: 'There is no cluster rollout-sim: sim cluster up makes it.',
    });
  });

  it('down has nothing to do when there is no cluster', async () => {
    expect(await bare('down')).toMatchObject({ exitCode: 0, stdout: 'There is no cluster rollout-sim.' });
  });

  it('takes no name that could not be a host’s', async () => {
    const { exitCode, stderr } = await bare('up', '--name', 'My Cluster');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('It must be of small letters, digits and hyphens');
  });

  it('up ends with 130 after a Ctrl-C, and leaves what was there before as it was', async () => {
    const programs = mkdtempSync(join(tmpdir(), 'rollout-sim-docker-'));
    const state = join(programs, 'state', 'rollout-sim');
    const docker = join(programs, 'docker');
    // A daemon that accepts connections and says nothing.
    writeFileSync(docker, '#!/bin/sh\nexec /bin/sleep 300\n');
    chmodSync(docker, 0o755);
    mkdirSync(state, { recursive: true });
    const before = JSON.stringify({ ...newState('rollout-sim', false), dockerHost: 'unix:///x' });
    writeFileSync(join(state, 'rollout-sim.json'), before);
    const env = { PATH: programs, XDG_STATE_HOME: join(programs, 'state'), XDG_CACHE_HOME: programs };
    try {
      const begun = Date.now();
      const ended = await interruptedSim(['cluster', 'up', '--node-image'], /stays so\.\n/u, { env });
      expect(ended.exitCode).toBe(130);
      expect(Date.now() - begun).toBeLessThan(100_000);
      expect(JSON.parse(readFileSync(join(state, 'rollout-sim.json'), 'utf8'))).toEqual(JSON.parse(before));
      expect(readdirSync(state)).toEqual(['rollout-sim.json']);
    } finally {
      rmSync(programs, { recursive: true, force: true });
    }
  });
});
