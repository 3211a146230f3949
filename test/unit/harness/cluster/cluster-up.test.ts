import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { clusterDown } from '../../../../src/harness/cluster/cluster-down.ts';
import { clusterStatus } from '../../../../src/harness/cluster/cluster-status.ts';
import { clusterUp } from '../../../../src/harness/cluster/cluster-up.ts';
import { findCluster } from '../../../../src/harness/cluster/find-cluster.ts';
import { checkFreePorts } from '../../../../src/harness/cluster/free-ports.ts';
import { newState, readState, writeState } from '../../../../src/harness/cluster/state-file.ts';
import { fakePrograms, inspectedNode, type Answer, type FakePrograms } from '../fake-programs.ts';

// A cluster may really be up on the machine that runs these tests: its ports are not asked for here.
vi.mock('../../../../src/harness/cluster/free-ports.ts');

const NODES = ['c-control-plane', 'c-worker', 'c-worker2', 'c-worker3'];

beforeEach(() => {
  vi.mocked(checkFreePorts).mockReset();
});

function inspected(states: readonly string[]): string {
  return JSON.stringify(
    states.map((state, index) =>
      inspectedNode(
        NODES[index] ?? '',
        index === 0 ? 'control-plane' : 'worker',
        state,
        30_080 + index,
        `172.18.0.${index + 2}`,
      ),
    ),
  );
}

/** A daemon with the nodes in these states; they are gone once a file named `removed` is there. */
function docker(
  programs: FakePrograms,
  states: readonly string[],
  more: Readonly<Record<string, Answer>> = {},
): void {
  const removed = join(programs.folder, 'removed');
  programs.add('docker', {
    'context *': { stdout: 'unix:///x' },
    'version *': { stdout: '27.1.0' },
    'ps *': {
      before: `[ -e ${removed} ] && exit 0`,
      stdout: states.map((_, index) => `${index}`).join('\n'),
    },
    'inspect *': { stdout: inspected(states) },
    'rm --force *': { before: `: >${removed}` },
    'network inspect *': { exitCode: 1 },
    'network rm *': {},
    ...more,
  });
}

interface Told {
  readonly lines: string[];
  readonly tell: (line: string) => void;
}

function told(): Told {
  const lines: string[] = [];
  return { lines, tell: (line) => void lines.push(line) };
}

async function failedUp(options: { signal?: AbortSignal; nodeImage?: boolean } = {}): Promise<string> {
  const error: unknown = await clusterUp({
    name: 'c',
    nodeImage: false,
    tell: () => undefined,
    show: () => undefined,
    ...options,
  }).catch((thrown: unknown) => thrown);
  return (error as Error).message;
}

describe('sim cluster up', () => {
  it('leaves nothing behind when Docker is missing', async () => {
    fakePrograms();
    expect(await failedUp()).toMatch(/^Docker is missing/u);
    expect(readState('c')).toBeNull();
  });

  it('leaves nothing behind when kind is missing', async () => {
    const programs = fakePrograms();
    docker(programs, []);
    expect(await failedUp()).toMatch(/^kind is missing/u);
    expect(readState('c')).toBeNull();
  });

  it('says how to build a node image that is not there', async () => {
    fakePrograms();
    expect(await failedUp({ nodeImage: true })).toMatch(/^No node image is built .* npm run cluster:image/u);
    expect(readState('c')).toBeNull();
  });

  it('creates nothing when a port is taken', async () => {
    const programs = fakePrograms();
    docker(programs, []);
    programs.add('kind', { '*': {} });
    vi.mocked(checkFreePorts).mockRejectedValue(new Error('Port 30081 is taken'));
    expect(await failedUp()).toBe('Port 30081 is taken');
    expect(vi.mocked(checkFreePorts)).toHaveBeenCalledWith([30_080, 30_081, 30_082, 30_083]);
    expect(programs.calls().filter((call) => call.startsWith('kind create'))).toEqual([]);
    expect(readState('c')).toBeNull();
  });

  it('touches no cluster of the same name that it did not make', async () => {
    const programs = fakePrograms();
    docker(programs, ['running']);
    expect(await failedUp()).toMatch(/^Docker has a kind cluster c that this program did not make/u);
    expect(programs.calls().some((call) => call.startsWith('docker rm'))).toBe(false);
    expect(readState('c')).toBeNull();
  });

  it('removes the nodes of a creation that failed, and their network', async () => {
    const programs = fakePrograms();
    const made = join(programs.folder, 'made');
    docker(programs, ['running'], {
      'ps *': {
        before: `[ -e ${made} ] || exit 0; [ -e ${programs.folder}/removed ] && exit 0`,
        stdout: '0',
      },
    });
    programs.add('kind', {
      version: {},
      'create *': { before: `: >${made}`, stderr: 'ERROR: kubeadm init failed', exitCode: 1 },
    });
    expect(await failedUp()).toBe('kind could not create the cluster c: ERROR: kubeadm init failed');
    expect(programs.calls()).toContain('docker rm --force --volumes c-control-plane');
    expect(programs.calls()).toContain('docker network rm kind');
    expect(readState('c')).toBeNull();
  });

  it('cleans up after a Ctrl-C in the midst of it', async () => {
    const programs = fakePrograms();
    docker(programs, []);
    const begun = join(programs.folder, 'begun');
    programs.add('kind', { version: {}, 'create *': { before: `: >${begun}; exec /bin/sleep 30` } });
    const interruption = new AbortController();
    const failed = failedUp({ signal: interruption.signal });
    await vi.waitFor(() => expect(existsSync(begun)).toBe(true), { timeout: 20_000 });
    interruption.abort();
    expect(await failed).toMatch(/abort/iu);
    expect(readState('c')).toBeNull();
  });

  it('makes a cluster anew that lacks a node', async () => {
    const programs = fakePrograms();
    docker(programs, ['running', 'running']);
    programs.add('kind', { version: {}, 'create *': { stderr: 'ERROR: enough seen', exitCode: 1 } });
    writeState({ ...newState('c', false), dockerHost: 'unix:///x' });
    expect(await failedUp()).toBe('kind could not create the cluster c: ERROR: enough seen');
    const calls = programs.calls().join('\n');
    expect(calls.indexOf('docker rm --force')).toBeGreaterThan(0);
    expect(calls.indexOf('docker rm --force')).toBeLessThan(calls.indexOf('kind create'));
  });
});

describe('sim cluster status', () => {
  it('knows no cluster without asking Docker', async () => {
    const programs = fakePrograms();
    expect(await clusterStatus('c')).toMatchObject({ state: 'absent', problem: null, nodes: [] });
    expect(programs.calls()).toEqual([]);
  });

  it('names the node that does not run', async () => {
    const programs = fakePrograms();
    docker(programs, ['running', 'running', 'paused', 'running']);
    writeState({ ...newState('c', false), dockerHost: 'unix:///x' });
    const status = await clusterStatus('c');
    expect(status).toMatchObject({ state: 'half-up', problem: 'the node c-worker2 is paused' });
    expect(status.nodes.map(({ container, entrance }) => [container, entrance.port])).toEqual([
      ['running', 30_080],
      ['running', 30_081],
      ['paused', 30_082],
      ['running', 30_083],
    ]);
  });

  it('names the API server when the nodes run and it does not answer', async () => {
    const programs = fakePrograms();
    docker(programs, ['running', 'running', 'running', 'running'], {
      'exec c-control-plane kubectl *': { stderr: 'error: connection refused', exitCode: 1 },
    });
    writeState({ ...newState('c', false), dockerHost: 'unix:///x' });
    const { state, problem } = await clusterStatus('c');
    expect({ state, problem }).toEqual({
      state: 'half-up',
      problem: 'The cluster c: kubectl get: error: connection refused',
    });
  });

  it('says that the daemon is gone', async () => {
    const programs = fakePrograms();
    programs.add('docker', { '*': { stderr: 'Cannot connect', exitCode: 1 } });
    writeState({ ...newState('c', false), dockerHost: 'unix:///x' });
    expect((await clusterStatus('c')).problem).toMatch(/^No Docker daemon answers at unix:\/\/\/x/u);
  });
});

describe('what a replay is given', () => {
  it('is no cluster that this program did not make', async () => {
    const programs = fakePrograms();
    docker(programs, ['running', 'running', 'running', 'running']);
    await expect(findCluster('c')).rejects.toThrow(/^No cluster c is up: sim cluster up makes it/u);
  });

  it('is none that is not ready', async () => {
    const programs = fakePrograms();
    docker(programs, ['running', 'exited', 'running', 'running']);
    writeState({ ...newState('c', false), dockerHost: 'unix:///x' });
    await expect(findCluster('c')).rejects.toThrow(
      'The cluster c is not ready: the node c-worker is exited. sim cluster up repairs it.',
    );
  });
});

describe('sim cluster down', () => {
  it('removes nodes and undoes changes, and has nothing to do the second time', async () => {
    const programs = fakePrograms();
    docker(programs, ['running', 'exited']);
    programs.add('ip', { '*': {} });
    writeState({
      ...newState('c', true),
      dockerHost: 'unix:///x',
      changes: [{ kind: 'route', type: 'blackhole', destination: '10.96.0.0/16' }],
    });
    const { lines, tell } = told();
    expect(await clusterDown({ name: 'c', tell })).toBe(true);
    expect(lines).toEqual(['removed: 2 nodes of the cluster c', 'undone: route blackhole 10.96.0.0/16']);
    // A network that was there before stays.
    expect(programs.calls()).not.toContain('docker network rm kind');
    expect(await clusterDown({ name: 'c', tell })).toBe(false);
  });

  it('keeps what it knows when Docker does not answer, so that it can be called again', async () => {
    const programs = fakePrograms();
    programs.add('docker', { '*': { stderr: 'Cannot connect', exitCode: 1 } });
    const state = { ...newState('c', false), dockerHost: 'unix:///x' };
    writeState(state);
    await expect(clusterDown({ name: 'c', tell: () => undefined })).rejects.toThrow(/^No Docker daemon/u);
    expect(readState('c')).toEqual(state);
  });
});
