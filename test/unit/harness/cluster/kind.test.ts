import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { checkFreePorts } from '../../../../src/harness/cluster/free-ports.ts';
import { createKindCluster, findKind } from '../../../../src/harness/cluster/kind.ts';
import { dockerAt } from '../../../../src/harness/docker/docker.ts';
import { fakePrograms } from '../fake-programs.ts';

const CLUSTER = { name: 'c', image: 'i:1', config: 'kind: Cluster\n', kubeconfig: '/nowhere/k' };

async function failing(stderr: string): Promise<string> {
  fakePrograms().add('kind', { '*': { stderr, exitCode: 1 } });
  const error: unknown = await createKindCluster('kind', dockerAt('unix:///x', '1'), CLUSTER).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: 'EnvironmentError' });
  const { message } = error as Error;
  expect(message).not.toContain('\n');
  return message;
}

describe('kind', () => {
  it('that is not installed is named with where to get it', async () => {
    fakePrograms();
    await expect(findKind()).rejects.toThrow(
      /^kind is missing: install it from https:\/\/kind\.sigs\.k8s\.io/u,
    );
  });

  it('is given its configuration, and writes no file of the user’s', async () => {
    const programs = fakePrograms();
    programs.add('kind', { '*': {} });
    await createKindCluster('kind', dockerAt('unix:///x', '1'), CLUSTER);
    expect(programs.calls()).toEqual([
      'kind create cluster --name c --config - --kubeconfig /nowhere/k --retain --image i:1',
    ]);
  });

  it.each([
    [
      'ERROR: failed to create cluster: failed to pull image "kindest/node:v1"',
      /^kind cannot pull .* npm run cluster:image/u,
    ],
    [
      'docker: Error response from daemon: Bind for 127.0.0.1:30082 failed: port is already allocated.',
      /^Port 30082 of 127\.0\.0\.1 is taken/u,
    ],
    ['write /var/lib/docker/tmp: no space left on device', /^The disk is full/u],
    [
      'Creating cluster\nERROR: failed to init node with kubeadm\n',
      /^kind could not create the cluster c: ERROR: failed to init/u,
    ],
  ])('says in one line what went wrong: %s', async (stderr, line) => {
    expect(await failing(stderr)).toMatch(line);
  });

  it('is broken off by its signal, with the signal’s own reason', async () => {
    fakePrograms().add('kind', { '*': { before: '/bin/sleep 30' } });
    const interruption = new AbortController();
    const created = createKindCluster('kind', dockerAt('unix:///x', '1'), CLUSTER, interruption.signal);
    setTimeout(() => interruption.abort(), 100);
    await expect(created).rejects.toThrow(/abort/iu);
  });
});

describe('a port', () => {
  it('that is taken is named before anything is created, with how to find who has it', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    await expect(checkFreePorts([port])).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is taken, and the cluster needs it: end what listens there (ss -ltnp 'sport = :${port}' names it).`,
    );
    await new Promise((resolve) => server.close(resolve));
    await expect(checkFreePorts([port])).resolves.toBeUndefined();
  });
});
