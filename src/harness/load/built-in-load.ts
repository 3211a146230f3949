/** The built-in load generator, seen from the harness: starts its process, takes its columns in, and ends it. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RunningCluster } from '../cluster.ts';
import { EnvironmentError } from '../environment-error.ts';
import type { LoadPlan, LoadResult, LoadRun, LoadSource } from '../load.ts';
import type { GeneratorCommand } from './generator-process.ts';
import type { GeneratorMessage, LoadProgress } from './load-events.ts';
import { checkEntrances } from './own-entrances.ts';
import { readBlocks, type RequestBlock } from './request-columns.ts';
import { started } from './started.ts';

const PROGRAM = fileURLToPath(
  new URL(`./generator-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
);

/** @param cluster the only one that its load may go to */
export function builtInLoad(cluster: Pick<RunningCluster, 'name' | 'nodePort' | 'nodes'>): LoadSource {
  return {
    name: 'built-in',
    async start(plan, signal) {
      checkEntrances(plan.entrances, cluster);
      signal?.throwIfAborted();
      return startGenerator(plan, signal);
    },
  };
}

/** Resolves once the generator waits for the plan's start. */
async function startGenerator(plan: LoadPlan, signal: AbortSignal | undefined): Promise<LoadRun> {
  const child = fork(PROGRAM, { serialization: 'advanced', execArgv: [] });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const { ready, finished, soFar } = follow(child, plan);
  // Whoever asks for the result later still hears of the rejection.
  finished.catch(() => {});
  send(child, { kind: 'plan', plan });
  await started(child, ready, signal);
  return {
    stop: () => {
      send(child, { kind: 'stop' });
    },
    async abort() {
      child.kill('SIGKILL');
      await gone;
    },
    finished,
    soFar,
  };
}

function send(child: ChildProcess, command: GeneratorCommand): void {
  if (child.connected) child.send(command);
}

interface Followed extends Pick<LoadRun, 'finished' | 'soFar'> {
  readonly ready: Promise<void>;
}

function follow(child: ChildProcess, { entrances }: LoadPlan): Followed {
  const blocks: RequestBlock[] = [];
  const pods: string[] = [];
  const ready = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<LoadResult>();
  const nodes = entrances.map(({ node }) => node);
  let progress: LoadProgress = { offered: 0, inFlight: 0, lagP99Ms: [], cpuMs: 0 };
  const soFar = (): LoadResult => resultOf(progress, blocks, pods, nodes);
  const fail = (error: Error): void => {
    ready.reject(error);
    finished.reject(error);
  };
  child.on('message', (message: GeneratorMessage) => {
    switch (message.kind) {
      case 'ready':
        ready.resolve();
        break;
      case 'block':
        blocks.push(message.block);
        pods.push(...message.newPods);
        ({ progress } = message);
        break;
      case 'finished':
        progress = message;
        finished.resolve(soFar());
        child.disconnect();
        break;
      case 'broken':
        fail(message.environment ? new EnvironmentError(message.line) : new Error(message.line));
        break;
    }
  });
  child.once('error', fail);
  child.once('exit', (code, signal) => {
    const died = (): void => {
      fail(
        new EnvironmentError(`The load generator ended before its time (${signal ?? `exit code ${code}`}).`),
      );
    };
    // Its last words may still be on their way.
    if (child.connected) child.once('disconnect', died);
    else died();
  });
  return { ready: ready.promise, finished: finished.promise, soFar };
}

function resultOf(
  { offered, inFlight, lagP99Ms, cpuMs }: LoadProgress,
  blocks: readonly RequestBlock[],
  pods: readonly string[],
  nodes: readonly string[],
): LoadResult {
  const requests: LoadResult['requests'] = { [Symbol.iterator]: () => readBlocks(blocks, pods, nodes) };
  return { requests, offered, inFlight, lagP99Ms, cpuMs };
}
