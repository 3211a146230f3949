/**
 * How much CPU time containers have used, asked of the daemon's own API: the docker command line gives percentages of
 * stretches that it chooses itself, and takes two seconds for each.
 */
import { get, type IncomingMessage } from 'node:http';
import type { Docker } from './docker.ts';

export interface CpuTime {
  /** When it was read, in milliseconds since the epoch: the daemon answers up to a second and more later. */
  readonly atMs: number;
  /** Since the container was started, in milliseconds of one core. */
  readonly usedMs: number;
}

/**
 * @param name of a container
 * @returns null where the daemon does not tell
 */
export type ContainerCpu = (name: string) => Promise<CpuTime | null>;

/** Docker 20.10 answers when its own collector comes round, once a second and a little more. */
const ANSWER_WITHIN_MS = 4000;
const NANOSECONDS = 1e6;
const UNIX_SOCKET = 'unix://';

/** @returns null for a daemon that is not on a socket of this machine */
export function containerCpu({ host }: Docker): ContainerCpu | null {
  if (!host.startsWith(UNIX_SOCKET)) return null;
  const socketPath = host.slice(UNIX_SOCKET.length);
  return async (name) => {
    // Without one-shot the daemon looks twice, a second apart.
    const path = `/containers/${encodeURIComponent(name)}/stats?stream=false&one-shot=true`;
    try {
      return cpuTime(JSON.parse(await answer(socketPath, path)));
    } catch {
      // A figure beside the measurement: nothing ends for want of it.
      return null;
    }
  };
}

async function answer(socketPath: string, path: string): Promise<string> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    // Without an agent no connection is left open.
    get({ socketPath, path, agent: false, signal }, resolve).on('error', reject);
  });
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  return text;
}

interface Stats {
  readonly read?: unknown;
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: unknown } };
}

/** A container that does not run has used 0, and so has one whose cgroup the daemon cannot read. */
function cpuTime(stats: unknown): CpuTime | null {
  const { read, cpu_stats: cpu } = (stats ?? {}) as Stats;
  const used = cpu?.cpu_usage?.total_usage;
  const atMs = Date.parse(String(read));
  return typeof used === 'number' && used > 0 && !Number.isNaN(atMs)
    ? { atMs, usedMs: used / NANOSECONDS }
    : null;
}
