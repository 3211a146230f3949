/**
 * Load by k6, where a `k6` program is on the PATH: it is not part of this project, and never installed by it. Its script is
 * k6/rollout.ts, and what it writes is read as it comes.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Expectation } from '../../scenario/scenario.ts';
import type { RunningCluster } from '../cluster.ts';
import { runCommand } from '../command.ts';
import { EnvironmentError } from '../environment-error.ts';
import type { LoadPlan, LoadResult, LoadRun, LoadSource } from '../load.ts';
import { inOrderOfEnds, K6Output } from './k6-output.ts';
import { k6Settings } from './k6-plan.ts';
import { K6_SETTINGS_VARIABLE } from './k6-settings.ts';
import { checkEntrances } from './own-entrances.ts';
import { readBlocks } from './request-columns.ts';
import { started } from './started.ts';

const SCRIPT = fileURLToPath(new URL('../../../k6/rollout.ts', import.meta.url));
/** Thresholds that were crossed: for the verdict to judge, and no failure of k6. */
const EXIT_THRESHOLDS = 99;
/** It was told to stop. */
const EXIT_STOPPED = 105;
const CPU_EVERY_MS = 500;
/** Linux counts CPU time in these. */
const TICK_MS = 10;

/** @param cluster the only one that its load may go to @param expectations become the script's thresholds */
export function k6Load(
  cluster: Pick<RunningCluster, 'name' | 'nodePort' | 'nodes'>,
  expectations: readonly Expectation[],
): LoadSource {
  return {
    name: 'k6',
    async start(plan, signal) {
      checkEntrances(plan.entrances, cluster);
      const found = await runCommand('k6', ['version'], signal === undefined ? {} : { signal });
      if (found.exitCode !== 0)
        throw new EnvironmentError(
          'k6 is missing: install it from https://grafana.com/docs/k6/latest/set-up/install-k6, or replay with the built-in load.',
        );
      return startK6(plan, expectations, signal);
    },
  };
}

async function startK6(
  plan: LoadPlan,
  expectations: readonly Expectation[],
  signal: AbortSignal | undefined,
): Promise<LoadRun> {
  const sources = plan.entrances.flatMap((entrance) => entrance.sources);
  const words = ['run', '--quiet', '--no-usage-report', '--log-output=stdout', '--log-format=raw'];
  const child = spawn(
    'k6',
    [...words, ...(sources.length > 0 ? [`--local-ips=${sources.join(',')}`] : []), SCRIPT],
    {
      env: { ...process.env, [K6_SETTINGS_VARIABLE]: JSON.stringify(k6Settings(plan, expectations)) },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A Ctrl-C in the terminal is the harness's to deal with.
      detached: true,
    },
  );
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
  const { ready, finished, soFar } = follow(child, plan);
  finished.catch(() => {});
  await started(child, ready, signal);
  return {
    stop: () => {
      child.kill('SIGINT');
    },
    async abort() {
      child.kill('SIGKILL');
      await gone;
    },
    finished,
    soFar,
  };
}

function follow(
  child: ChildProcess,
  plan: LoadPlan,
): Pick<LoadRun, 'finished' | 'soFar'> & { readonly ready: Promise<void> } {
  const output = new K6Output();
  const ready = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<LoadResult>();
  const cpu = watchCpu(child);
  let lastWords = '';
  // Nobody else would end it when this process dies without a word.
  const endChild = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', endChild);
  const fail = (error: Error): void => {
    ready.reject(error);
    finished.reject(error);
  };
  child.once('error', fail);
  child.stderr?.on('data', (text: Buffer) => {
    lastWords = text.toString().trim().split('\n').at(-1) ?? '';
  });
  if (child.stdout !== null) {
    createInterface(child.stdout).on('line', (line) => {
      try {
        output.read(line);
      } catch (error) {
        fail(error as Error);
        child.kill('SIGKILL');
      }
      if (output.ready) ready.resolve();
    });
  }
  child.once('close', (code, signal) => {
    process.removeListener('exit', endChild);
    const fine = code === 0 || code === EXIT_THRESHOLDS || code === EXIT_STOPPED;
    if (fine && output.summary !== null) finished.resolve(resultOf(output, plan, cpu()));
    const how = signal ?? `exit code ${code}`;
    fail(
      new EnvironmentError(`k6 ended before its time (${how})${lastWords === '' ? '' : `: ${lastWords}`}.`),
    );
  });
  return { ready: ready.promise, finished: finished.promise, soFar: () => resultOf(output, plan, cpu()) };
}

function resultOf(output: K6Output, { entrances, startMs }: LoadPlan, cpuMs: number): LoadResult {
  const { lagP99Ms } = output.finish(startMs);
  const nodes = entrances.map(({ node }) => node);
  // Without its last words, nobody knows of more than the requests that have ended.
  const { offered, dropped } = output.summary ?? { offered: output.ended, dropped: 0 };
  return {
    requests: inOrderOfEnds(readBlocks(output.blocks, output.pods, nodes)),
    offered: offered + dropped,
    inFlight: offered + dropped - output.ended,
    lagP99Ms,
    cpuMs,
  };
}

/** CPU time of the process so far, as often as Linux is asked; NaN where /proc is missing. */
function watchCpu(child: ChildProcess): () => number {
  let cpuMs = Number.NaN;
  const look = (): void => {
    try {
      const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      cpuMs = (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    } catch {
      // It has ended, or this is no Linux.
    }
  };
  const timer = setInterval(look, CPU_EVERY_MS);
  child.once('close', () => {
    clearInterval(timer);
  });
  return () => cpuMs;
}
