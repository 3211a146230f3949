/** Every bad end of a replay, against a stand-in of cluster and callers: one line, a record of what was, and nothing left. */
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { RunningCluster } from '../../src/harness/cluster.ts';
import { EnvironmentError } from '../../src/harness/environment-error.ts';
import { STAGES, type Stage } from '../../src/harness/experiment/experiment.machine.ts';
import type { LoadRun } from '../../src/harness/load.ts';
import { builtInLoad } from '../../src/harness/load/built-in-load.ts';
import { recordProblems } from '../record-schema.ts';
import { conserved, inWorld, leftNothing, ROLL } from './stand-in/in-world.ts';
import type { ReplayWorld } from './stand-in/replay-world.ts';

function enteredAt(cluster: RunningCluster, port: number): RunningCluster {
  const entrance = { host: '127.0.0.1', port } as const;
  return { ...cluster, nodes: cluster.nodes.map((node) => Object.assign({}, node, { entrance })) };
}

/** Processes of this one that generate load. */
function generators(): number[] {
  return readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
    .split(' ')
    .filter((pid) => pid.trim() !== '')
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('generator-process'))
    .map(Number);
}

/** On a busy machine later than at any time that could be named. */
function whenever(holds: () => boolean, act: () => void): void {
  const timer = setInterval(() => {
    if (!holds()) return;
    clearInterval(timer);
    act();
  }, 10);
  timer.unref();
}

/** Whether the rollout has come so far that an old pod goes. */
function isRolling({ api }: ReplayWorld): boolean {
  const old = api.store
    .all('pods')
    .filter(
      ({ metadata: { labels, deletionTimestamp } }) =>
        deletionTimestamp === undefined && labels?.['pod-template-hash'] === 'hash1',
    );
  return old.length < 3;
}

describe.concurrent('a replay that breaks', () => {
  test(
    'the API server goes in mid-replay: a partial record, one line, and the load has ended',
    inWorld(async (world) => {
      const { failure, record } = await world.run({ changes: ROLL }, {}, (stage) => {
        // Once the change has been made, so that only the watches miss it.
        if (stage !== 'watch') return;
        whenever(
          () => isRolling(world),
          () => void world.api.stop(),
        );
      });
      expect(String(failure?.error)).toMatch(/API server of the cluster stand-in does not answer/u);
      expect(record?.measurement?.partial).toBe(true);
      expect(recordProblems(record)).toBe('');
      expect(world.load.running).toBe(0);
    }),
  );

  test(
    'the generator is gone: a partial record of what it had told, and nothing left',
    inWorld(async (world) => {
      const { failure, record } = await world.run({ changes: ROLL }, {}, (stage) => {
        if (stage !== 'watch') return;
        whenever(
          () => isRolling(world),
          () => world.load.kill(),
        );
      });
      expect(String(failure?.error)).toMatch(/generator was killed/u);
      expect(record?.measurement).toMatchObject({ partial: true });
      expect(recordProblems(record)).toBe('');
      expect(record?.totals.offered).toBeGreaterThan(0);
      expect(record?.timeline.some(({ kind }) => kind === 'rollout-started')).toBe(true);
      leftNothing(world);
    }),
  );

  test(
    'the generator’s own process is killed: one line, and a partial record of what was sent until then',
    inWorld(async (world) => {
      const pods = createServer((request, response) => {
        request.resume();
        response.writeHead(200, { 'content-length': 0, 'x-pod': 'web' }).end();
      });
      await once(pods.listen(0, '127.0.0.1'), 'listening');
      world.cluster = enteredAt(await world.api.start(), (pods.address() as AddressInfo).port);
      let sending: LoadRun | null = null;
      world.callers = (cluster) => {
        const source = builtInLoad(cluster);
        return { ...source, start: async (plan) => (sending = await source.start(plan)) };
      };
      let killed = false;
      const { failure, record } = await world.run(
        { changes: [], rate: 400 },
        { baselineMs: 500, waits: { ...world.waits, loadStartMs: 2000, shortestMs: 20_000 } },
        (stage) => {
          if (stage !== 'watch') return;
          whenever(
            () => (sending?.soFar().offered ?? 0) >= 800,
            () => {
              killed = true;
              for (const pid of generators()) process.kill(pid, 'SIGKILL');
            },
          );
        },
      );
      expect(failure?.error).toBeInstanceOf(EnvironmentError);
      expect(String(failure?.error)).toMatch(/The load generator ended before its time \(SIGKILL\)\.$/u);
      if (record === null) throw new Error('no record');
      conserved(record);
      expect(killed).toBe(true);
      expect(record.measurement).toMatchObject({ partial: true });
      // All that it had told, but for the baseline's.
      expect(record.totals.offered).toBeGreaterThan(400);
      expect(generators()).toEqual([]);
      leftNothing(world);
      pods.closeAllConnections();
      pods.close();
    }),
  );

  test(
    'requests that cannot be kept leave a record that says so',
    inWorld(async (world) => {
      mkdirSync(world.outFile.replace('.json', '.requests.ndjson.gz'));
      const { failure, record } = await world.run({ changes: [] });
      expect(String(failure?.error)).toMatch(/The requests of the replay cannot be kept/u);
      expect(record?.measurement).toMatchObject({ partial: true, requestsFile: null });
      expect(record?.totals.offered).toBeGreaterThan(0);
      expect(existsSync(world.outFile)).toBe(true);
      leftNothing(world);
    }),
  );

  test(
    'the disk is full: one line, and neither half a file nor one of an earlier replay',
    inWorld(async (world) => {
      const requestsFile = world.outFile.replace('.json', '.requests.ndjson.gz');
      writeFileSync(requestsFile, 'of an earlier replay');
      symlinkSync('/dev/full', `${requestsFile}.${process.pid}.tmp`);
      const first = await world.run({ changes: [] });
      expect(first.failure?.error).toBeInstanceOf(EnvironmentError);
      expect(String(first.failure?.error)).toMatch(
        /The requests of the replay cannot be kept: the disk is full\.$/u,
      );
      expect(readdirSync(world.folder)).toEqual(['record.json']);
      expect(first.record?.measurement).toMatchObject({ partial: true, requestsFile: null });

      rmSync(world.outFile);
      symlinkSync('/dev/full', `${world.outFile}.${process.pid}.tmp`);
      const second = await world.run({ changes: [] });
      expect(second.failure?.error).toBeInstanceOf(EnvironmentError);
      expect(String(second.failure?.error)).toMatch(
        /The record .*record\.json cannot be written: the disk is full\.$/u,
      );
      expect(readdirSync(world.folder)).toEqual(['record.requests.ndjson.gz']);
      expect(second.recordFile).toBeNull();
      leftNothing(world);
    }),
  );

  test.each(STAGES)(
    'Ctrl-C in %s leaves nothing running',
    inWorld(async (world, stage: Stage) => {
      const interruption = new Error('Ctrl-C');
      const { failure, cleanUpFailure } = await world.run({ changes: ROLL }, {}, (entered, controller) => {
        if (entered === stage) controller.abort(interruption);
      });
      expect(failure).toEqual({ stage, error: interruption });
      expect(cleanUpFailure).toBeNull();
      leftNothing(world);
    }),
  );
});
