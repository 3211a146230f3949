/** The built-in load generator, seen from the harness: starts its process, takes its columns in, and ends it. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RunningCluster } from '../cluster.ts';
import { EnvironmentError } from '../environment-error.ts';
import type { LoadPlan, LoadResult, LoadRun, LoadSource } from '../load.ts';
import type { GeneratorCommand } from './generator-process.ts';
import type { FinishedMessage, GeneratorMessage } from './load-events.ts';
import { checkEntrances } from './own-entrances.ts';
import { readBlocks, type RequestBlock } from './request-columns.ts';

const PROGRAM = fileURLToPath(
  new URL(`./generator-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
);

/** @param cluster the only one that its load may go to */
export function builtInLoad(cluster: Pick<RunningCluster, 'name' | 'nodePort' | 'nodes'>): LoadSource {
  return {
    name: 'built-in',
    async start(plan) {
      checkEntrances(plan.entrances, cluster);
      return startGenerator(plan);
    },
  };
}

/** Resolves once the generator waits for the plan's start. */
async function startGenerator(plan: LoadPlan): Promise<LoadRun> {
  const child = fork(PROGRAM, { serialization: 'advanced', execArgv: [] });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const { ready, finished } = follow(child, plan);
  // Whoever asks for the result later still hears of the rejection.
  finished.catch(() => {});
  send(child, { kind: 'plan', plan });
  await ready;
  return {
    stop: () => {
      send(child, { kind: 'stop' });
    },
    async abort() {
      child.kill('SIGKILL');
      await gone;
    },
    finished,
  };
}

function send(child: ChildProcess, command: GeneratorCommand): void {
  if (child.connected) child.send(command);
}

function follow(
  child: ChildProcess,
  { entrances }: LoadPlan,
): { readonly ready: Promise<void>; readonly finished: Promise<LoadResult> } {
  const blocks: RequestBlock[] = [];
  const pods: string[] = [];
  const ready = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<LoadResult>();
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
        break;
      case 'finished':
        finished.resolve(
          resultOf(
            message,
            blocks,
            pods,
            entrances.map(({ node }) => node),
          ),
        );
        child.disconnect();
        break;
      case 'broken':
        fail(message.environment ? new EnvironmentError(message.line) : new Error(message.line));
        break;
    }
  });
  child.once('error', fail);
  child.once('exit', (code, signal) => {
    fail(
      new EnvironmentError(`The load generator ended before its time (${signal ?? `exit code ${code}`}).`),
    );
  });
  return { ready: ready.promise, finished: finished.promise };
}

function resultOf(
  { offered, inFlight, lagP99Ms, cpuMs }: FinishedMessage,
  blocks: readonly RequestBlock[],
  pods: readonly string[],
  nodes: readonly string[],
): LoadResult {
  const requests: LoadResult['requests'] = { [Symbol.iterator]: () => readBlocks(blocks, pods, nodes) };
  return { requests, offered, inFlight, lagP99Ms, cpuMs };
}
