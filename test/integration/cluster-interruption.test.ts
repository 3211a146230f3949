/** Ctrl-C in a spawned `sim cluster`, pressed by the stand-in of Docker itself at the moment that a test is about. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newState } from '../../src/harness/cluster/state-file.ts';
import { sim, type Ended } from './cli-process.ts';

const CTRL_C = 'kill -INT $PPID';
const HANGS = 'exec /bin/sleep 300';

/** @param docker shell lines, by the first word that it is called with */
async function cluster(
  command: 'up' | 'down' | 'status',
  docker: Readonly<Record<string, string>>,
): Promise<Ended & { readonly hasState: boolean }> {
  const folder = mkdtempSync(join(tmpdir(), 'rollout-sim-interrupted-'));
  const cases = Object.entries(docker).map(([word, lines]) => `${word}) ${lines} ;;`);
  writeFileSync(join(folder, 'docker'), ['#!/bin/sh', 'case "$1" in', ...cases, 'esac', ''].join('\n'));
  chmodSync(join(folder, 'docker'), 0o755);
  const state = join(folder, 'state', 'rollout-sim');
  mkdirSync(state, { recursive: true });
  const stateFile = join(state, 'rollout-sim.json');
  writeFileSync(stateFile, JSON.stringify({ ...newState('rollout-sim', false), dockerHost: 'unix:///x' }));
  const env = { PATH: folder, XDG_STATE_HOME: join(folder, 'state'), XDG_CACHE_HOME: folder };
  try {
    return { ...(await sim(['cluster', command], { env })), hasState: existsSync(stateFile) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.concurrent('Ctrl-C in a spawned sim cluster', () => {
  test.each(['up', 'status'] as const)('%s while Docker hangs: one line, exit code 130', async (command) => {
    const ended = await cluster(command, { version: `${CTRL_C}; ${HANGS}` });
    expect(ended).toMatchObject({ exitCode: 130, stdout: '', stderr: 'Interrupted.', hasState: true });
  });

  test('down goes on to its end: half a cluster would be left', async () => {
    const ended = await cluster('down', { version: `${CTRL_C}; echo 27.1.0` });
    expect(ended).toMatchObject({
      exitCode: 0,
      stdout: 'The cluster rollout-sim is down.',
      stderr: 'removed: 0 nodes of the cluster rollout-sim',
      hasState: false,
    });
  });

  test('down tells what kept it from its end, and keeps what the next call must know', async () => {
    const ended = await cluster('down', { version: `${CTRL_C}; echo gone with the machine >&2; exit 1` });
    expect(ended).toMatchObject({ exitCode: 130, stdout: '', hasState: true });
    expect(ended.stderr).toMatch(
      /^No Docker daemon answers at unix:\/\/\/x \(gone with the machine\)[^\n]*$/u,
    );
  });

  test('a second one does not wait for Docker', async () => {
    const ended = await cluster('down', { version: `while ${CTRL_C}; do /bin/sleep 0.2; done` });
    expect(ended).toMatchObject({ exitCode: 130, stdout: '', stderr: '', hasState: true });
  });
});
