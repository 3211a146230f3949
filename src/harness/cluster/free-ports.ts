/** Says before anything is created that a port of this machine is taken. */
import { createServer } from 'node:net';
import { EnvironmentError } from '../environment-error.ts';
import { takenPortLine } from './kind.ts';

const HOST = '127.0.0.1';

export async function checkFreePorts(ports: readonly number[]): Promise<void> {
  for (const port of ports) if (!(await isFree(port))) throw new EnvironmentError(takenPortLine(port));
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
