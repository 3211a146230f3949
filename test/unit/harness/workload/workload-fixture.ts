/** Starts the workload server as a process on the loopback interface, and reads the lines of its life. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readLifeLine, type LifeLine } from '../../../../src/harness/workload/life-line.ts';
import {
  DEPENDENCIES_FOLDER_VARIABLE,
  NODE_VARIABLE,
  POD_VARIABLE,
  workloadEnvironment,
  type ContainerSettings,
} from '../../../../src/harness/workload/settings.ts';
import type { Workload } from '../../../../src/scenario/scenario.ts';

export const WORKLOAD: Workload = {
  name: 'checkout',
  serviceTime: { kind: 'constant', value: 10 },
  concurrency: 64,
  backlog: 128,
  overflow: 'http-5xx',
  boot: { kind: 'constant', value: 0 },
  onSigterm: {
    style: 'stop-accept',
    drainMaxMs: 1000,
    lameDuckMs: 0,
    failReadiness: false,
    closeHeader: false,
  },
  keepAliveTimeoutMs: 75_000,
  cpuPerRequestMs: 0,
  dependencies: [],
  coldStart: null,
  errorRate: 0,
  runs: null,
  failureRate: 0,
};

const CONTAINER: ContainerSettings = { ports: [0], readinessPath: '/ready', probePaths: ['/live'] };
const PROGRAM = fileURLToPath(new URL('../../../../src/harness/workload/main.ts', import.meta.url));

export interface RunningWorkload {
  readonly lines: readonly LifeLine[];
  /** The first line of that kind, once it is there. */
  line(life: LifeLine['life']): Promise<LifeLine & { readonly ports?: readonly number[] }>;
  readonly exited: Promise<{ readonly code: number | null; readonly epochMs: number }>;
  kill(signal: NodeJS.Signals): void;
}

export function startWorkload(workload: Partial<Workload>, dependenciesFolder = '/nowhere'): RunningWorkload {
  const child = spawn(process.execPath, [PROGRAM], {
    env: {
      ...workloadEnvironment({ ...WORKLOAD, ...workload }, CONTAINER),
      [POD_VARIABLE]: 'checkout-1',
      [NODE_VARIABLE]: 'worker',
      [DEPENDENCIES_FOLDER_VARIABLE]: dependenciesFolder,
      WORKLOAD_HOST: '127.0.0.1',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: LifeLine[] = [];
  const waiting = new Set<() => void>();
  createInterface(child.stdout).on('line', (text) => {
    const line = readLifeLine(text);
    if (line !== null) lines.push(line);
    for (const look of waiting) look();
  });
  const exited: RunningWorkload['exited'] = new Promise((resolve) => {
    child.once('close', (code) => {
      resolve({ code, epochMs: Date.now() });
    });
  });
  return {
    lines,
    exited,
    async line(life) {
      return new Promise((resolve) => {
        const look = (): void => {
          const found = lines.find((line) => line.life === life);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      });
    },
    kill(signal) {
      child.kill(signal);
    },
  };
}

/** The port that it listens on, once it does. */
export async function portOf(workload: RunningWorkload): Promise<number> {
  return (await workload.line('listening')).ports?.[0] ?? 0;
}
