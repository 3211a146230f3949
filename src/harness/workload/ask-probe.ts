/** An exec probe, in place of the command that the manifest names: asks the server in the same container over HTTP. */
import { get } from 'node:http';

/** Whether it answers with a status below 400, as the kubelet judges HTTP probes; a closed listener fails. */
export async function askProbe(port: number, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume();
      resolve((response.statusCode ?? 500) < 400);
    });
    request.once('error', () => {
      resolve(false);
    });
  });
}
