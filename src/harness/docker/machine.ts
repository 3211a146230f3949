/** What Docker's containers may use: on some systems that is a virtual machine and not this one. */
import { EnvironmentError } from '../environment-error.ts';
import type { Docker } from './docker.ts';

export interface Machine {
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** @throws EnvironmentError when Docker does not tell */
export async function machineOf(docker: Docker, signal: AbortSignal): Promise<Machine> {
  const text = await docker.command(['info', '--format', '{{.NCPU}} {{.MemTotal}}'], { signal });
  const [cpus = Number.NaN, memoryBytes = Number.NaN] = text.trim().split(' ').map(Number);
  if (!(cpus > 0 && memoryBytes > 0))
    throw new EnvironmentError(`docker info tells neither CPUs nor memory: ${text.trim()}`);
  return { cpus, memoryBytes };
}
