/**
 * A Docker daemon of the harness's own, for machines where none runs: on its own socket, with its own store of images
 * and networks that collide with nobody's, and ended again by its process id.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../command.ts';
import { EnvironmentError } from '../environment-error.ts';
import type { Docker } from './docker.ts';
import { lookForDocker } from './find-docker.ts';

export interface DaemonOptions {
  /** Where images are kept. */
  readonly store: string;
  readonly logFile: string;
  /** Stands before runc where the machine cannot grant what Docker asks for; null: runc itself. */
  readonly runtimeWrapper: string | null;
}

/** A process id may be given to another process later: with its start it is unmistakable. */
export interface StartedProcess {
  readonly pid: number;
  /** In clock ticks since the machine's boot. */
  readonly startTicks: string;
}

const DAEMON_PROGRAM = 'dockerd';
const RUN_FOLDER = '/run/rollout-sim';
export const OWN_DAEMON_HOST: string = `unix://${RUN_FOLDER}/docker.sock`;
const START_WITHIN_MS = 30_000;
const END_WITHIN_MS = 40_000;
const POLL_MS = 200;

/** @param onSpawn is told of the process before anything is waited for, so that it can be ended whatever comes */
export async function startDaemon(
  options: DaemonOptions,
  onSpawn: (started: StartedProcess) => void,
  signal?: AbortSignal,
): Promise<Docker> {
  mkdirSync(RUN_FOLDER, { recursive: true });
  mkdirSync(options.store, { recursive: true });
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'w');
  // In a session of its own, a Ctrl-C in this terminal does not reach it: the clean-up still needs it.
  const child = spawn(DAEMON_PROGRAM, daemonWords(options), { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const failed = new Promise<string>((resolve) => {
    child.once('error', () => resolve('dockerd is not installed; npm run cluster:image installs it'));
    child.once('exit', () => resolve(`dockerd ended at once: ${lastLogLine(options.logFile)}`));
  });
  if (child.pid !== undefined) onSpawn({ pid: child.pid, startTicks: startTicksOf(child.pid) ?? '' });
  child.unref();
  const answered = await Promise.race([failed, answeringDaemon(signal)]);
  if (typeof answered === 'string') throw new EnvironmentError(`No Docker daemon: ${answered}.`);
  return answered;
}

function daemonWords({ store, runtimeWrapper }: DaemonOptions): string[] {
  const wrapper =
    runtimeWrapper === null
      ? []
      : ['--add-runtime', `rollout-sim=${runtimeWrapper}`, '--default-runtime', 'rollout-sim'];
  return [
    '--host',
    OWN_DAEMON_HOST,
    '--data-root',
    store,
    '--exec-root',
    `${RUN_FOLDER}/exec`,
    '--pidfile',
    `${RUN_FOLDER}/docker.pid`,
    '--storage-driver',
    'overlay2',
    '--default-cgroupns-mode',
    'private',
    ...wrapper,
    '--userland-proxy=false',
    // Addresses that neither collide with Docker's usual ones nor with the cluster's pods and Services.
    '--bip',
    '172.31.250.1/24',
    '--default-address-pool',
    'base=172.31.0.0/17,size=24',
    '--log-opt',
    'max-size=10m',
  ];
}

async function answeringDaemon(signal?: AbortSignal): Promise<Docker | string> {
  const deadline = Date.now() + START_WITHIN_MS;
  for (;;) {
    signal?.throwIfAborted();
    const found = await lookForDocker(OWN_DAEMON_HOST, signal);
    if (!('problem' in found)) return found;
    if (Date.now() > deadline) return found.line;
    await sleep(POLL_MS);
  }
}

/** Ends it and what it left in memory; what it stored stays. Ending one that has ended already is fine. */
export async function stopDaemon(started: StartedProcess): Promise<void> {
  if (isRunning(started)) {
    process.kill(started.pid, 'SIGTERM');
    const deadline = Date.now() + END_WITHIN_MS;
    while (isRunning(started)) {
      if (Date.now() > deadline)
        throw new EnvironmentError(`dockerd (process ${started.pid}) does not end; end it by hand.`);
      await sleep(POLL_MS);
    }
  }
  await removeRunFolder(started);
}

/** Not while it is another daemon's: its socket lies there. */
async function removeRunFolder({ pid }: StartedProcess): Promise<void> {
  const pidFile = join(RUN_FOLDER, 'docker.pid');
  const owner = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : pid;
  if (owner !== pid && startTicksOf(owner) !== null) return;
  // A daemon that was killed leaves its containers' networks mounted.
  const networks = join(RUN_FOLDER, 'exec', 'netns');
  for (const name of existsSync(networks) ? readdirSync(networks) : [])
    await runCommand('umount', [join(networks, name)]);
  rmSync(RUN_FOLDER, { recursive: true, force: true });
}

export function isRunning({ pid, startTicks }: StartedProcess): boolean {
  return startTicksOf(pid) === startTicks;
}

/** Field 22 of /proc/PID/stat; the second is the name in brackets, which may hold anything. Null: no such process. */
export function startTicksOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; its parent has not looked yet.
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function lastLogLine(logFile: string): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').at(-1) ?? '';
}
