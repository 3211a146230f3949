/**
 * What the workload server is told, as environment variables: the scenario's `workload` field by field, and what the
 * manifest says about the container's ports and probes.
 */
import type { Workload } from '../../scenario/scenario.ts';

export interface ContainerSettings {
  readonly ports: readonly number[];
  /** Where readiness is asked over HTTP; null: it is not. Whatever asks there sees the dependencies too (R-APP-6, R-APP-8). */
  readonly readinessPath: string | null;
  /** Where the other probes and HTTP hooks ask. */
  readonly probePaths: readonly string[];
}

export interface WorkloadSettings extends ContainerSettings {
  readonly workload: Workload;
  /** Which pod this is and on which node, for the answers' headers; empty outside a cluster. */
  readonly pod: string;
  readonly node: string;
}

const FIELD_VARIABLES: Readonly<Record<keyof Workload, string>> = {
  name: 'WORKLOAD_NAME',
  serviceTime: 'WORKLOAD_SERVICE_TIME_MS',
  concurrency: 'WORKLOAD_CONCURRENCY',
  backlog: 'WORKLOAD_BACKLOG',
  overflow: 'WORKLOAD_OVERFLOW',
  boot: 'WORKLOAD_BOOT_MS',
  onSigterm: 'WORKLOAD_ON_SIGTERM',
  keepAliveTimeoutMs: 'WORKLOAD_KEEP_ALIVE_TIMEOUT_MS',
  cpuPerRequestMs: 'WORKLOAD_CPU_PER_REQUEST_MS',
  dependencies: 'WORKLOAD_DEPENDENCIES',
  coldStart: 'WORKLOAD_COLD_START',
  errorRate: 'WORKLOAD_ERROR_RATE',
  runs: 'WORKLOAD_RUNS_MS',
  failureRate: 'WORKLOAD_FAILURE_RATE',
};

const CONTAINER_VARIABLES: Readonly<Record<keyof ContainerSettings, string>> = {
  ports: 'WORKLOAD_PORTS',
  readinessPath: 'WORKLOAD_READINESS_PATH',
  probePaths: 'WORKLOAD_PROBE_PATHS',
};

/** Filled in by the kubelet from the pod's own fields. */
export const POD_VARIABLE = 'WORKLOAD_POD';
export const NODE_VARIABLE = 'WORKLOAD_NODE';

/** A folder of the node, mounted into every pod that has dependencies: its file names those that are down. */
export const DEPENDENCIES_FOLDER = '/run/rollout-sim';
export const DEPENDENCIES_FILE = 'dependencies-down.json';
/** Looks for that file elsewhere. */
export const DEPENDENCIES_FOLDER_VARIABLE = 'WORKLOAD_DEPENDENCIES_FOLDER';

/** Environment variables that make the server behave like this workload in this container; values are JSON. */
export function workloadEnvironment(
  workload: Workload,
  container: ContainerSettings,
): Record<string, string> {
  const entries = [...variablesOf(workload, FIELD_VARIABLES), ...variablesOf(container, CONTAINER_VARIABLES)];
  return Object.fromEntries(entries);
}

function variablesOf<T extends object>(
  value: T,
  names: Readonly<Record<keyof T, string>>,
): readonly (readonly [string, string])[] {
  return (Object.keys(names) as (keyof T)[]).map((key) => [names[key], JSON.stringify(value[key])]);
}

/** @throws Error when a variable is missing or holds no JSON */
export function readSettings(env: Readonly<Record<string, string | undefined>>): WorkloadSettings {
  return {
    workload: readVariables<Workload>(env, FIELD_VARIABLES),
    ...readVariables<ContainerSettings>(env, CONTAINER_VARIABLES),
    pod: env[POD_VARIABLE] ?? '',
    node: env[NODE_VARIABLE] ?? '',
  };
}

/** What `workloadEnvironment` wrote is trusted to have the right shape: only the harness starts this server. */
function readVariables<T extends object>(
  env: Readonly<Record<string, string | undefined>>,
  names: Readonly<Record<keyof T, string>>,
): T {
  const read = (Object.keys(names) as (keyof T)[]).map((key) => {
    const text = env[names[key]];
    if (text === undefined) throw new Error(`the environment lacks ${names[key]}`);
    try {
      return [key, JSON.parse(text) as unknown] as const;
    } catch {
      throw new Error(`${names[key]} holds no JSON: ${text}`);
    }
  });
  return Object.fromEntries(read) as T;
}
