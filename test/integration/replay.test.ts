/** Whole replays against a stand-in of cluster and callers: API over HTTP, watches, logs and faults. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { STAGES } from '../../src/harness/experiment/experiment.machine.ts';
import { disagreement } from '../../src/harness/recorder/served-counts.ts';
import type { RunRecord } from '../../src/record.ts';
import { recordProblems } from '../record-schema.ts';
import { conserved, inWorld, leftNothing, ROLL } from './stand-in/in-world.ts';

/** From the record alone: every pod's own count, and what the callers got. */
function booksAgree({ measurement, totals }: RunRecord): void {
  const counts = measurement?.counts;
  if (counts === undefined) throw new Error('the record has no counts');
  expect(disagreement(counts)).toBeNull();
  expect(counts.served.length).toBeGreaterThan(3);
  expect(counts.served.every(({ whole }) => whole)).toBe(true);
  const given = counts.served.reduce((sum, { answered }) => sum + answered, 0);
  expect(given).toBe(counts.answered);
  // The baseline is in the counts, and in no total.
  expect(counts.offered).toBeGreaterThan(totals.offered);
  expect(counts.offered - counts.answered).toBe(totals.failed);
}

describe.concurrent('a replay', () => {
  test(
    'of a rollout: its record holds what happened, conserves requests and explains the failed ones',
    inWorld(async (world) => {
      const { failure, cleanUpFailure, record } = await world.run({ changes: ROLL });
      expect({ failure, cleanUpFailure }).toEqual({ failure: null, cleanUpFailure: null });
      expect(world.stages).toEqual([...STAGES]);
      if (record === null) throw new Error('no record');
      conserved(record);
      expect(record).toMatchObject({ source: 'measured', engine: 'cluster', accuracy: null, startMs: 0 });
      expect(record.rollout.outcome).toBe('complete');
      expect(record.rollout.lastOldPodGoneMs).toBeGreaterThan(record.rollout.completeMs ?? 0);
      expect(record.pods).toMatchObject({ peakDesired: 3, minReady: 3 });
      expect(record.pods.peakWithTerminating).toBeGreaterThanOrEqual(4);
      // Its listener closes at once, and the proxies follow 60 ms later (R-SRV-5).
      expect(record.totals.failed).toBeGreaterThan(0);
      expect(record.causes[0]).toMatchObject({
        rule: 'R-SRV-5',
        where: [{ file: 'manifests/deployment.yaml' }, { file: 'changes/deployment.yaml' }],
      });
      const [failed] = record.failedSample;
      expect(failed?.pod).toMatch(/^web-hash1-/u);
      expect(failed?.story.map(({ text }) => text)).toContain(`pod ${failed?.pod} closes its listener`);
      expect(record.measurement).toMatchObject({ partial: false, load: 'built-in', invalidBecause: [] });
      leftNothing(world);
      booksAgree(record);
    }),
  );

  test(
    'of servers that are slow at first: the callers warm them up before the baseline',
    inWorld(async (world) => {
      world.load.coldMs = 150;
      const warm = await world.run({ changes: [] }, { waits: { ...world.waits, warmUpMs: 250 } });
      expect(warm.record?.measurement?.invalidBecause).toEqual([]);
      // Nothing is left out of the books.
      expect(warm.record?.measurement?.counts?.offered).toBeGreaterThan(warm.record?.totals.offered ?? 0);
      const cold = await world.run({ changes: [] });
      expect(cold.record?.measurement?.invalidBecause).toEqual([
        expect.stringMatching(/requests failed before the change\.$/u),
      ]);
    }),
  );

  test(
    'names nodes as the scenario does, and keeps pods off the others',
    inWorld(async (world) => {
      const { record } = await world.run({ changes: [] });
      expect(
        Object.keys(record?.pods.peakByNode ?? {}).every((name) =>
          /^worker-[12]$|^stand-in-worker3$/u.test(name),
        ),
      ).toBe(true);
      const cordoned = record?.timeline.filter(({ kind }) => kind === 'node-cordoned');
      expect(cordoned?.map(({ object }) => object)).toEqual([]);
      expect(record?.measurement?.changes).toContainEqual(
        expect.objectContaining({ object: 'node/worker-1', to: 'stand-in-worker' }),
      );
      leftNothing(world);
    }),
  );

  test(
    'tells what the nodes used before the change and from it on, as far as Docker tells',
    inWorld(async (world) => {
      const none = await world.run({ changes: [] });
      expect(none.record?.measurement).not.toHaveProperty('nodes');
      const reads = new Map<string, number>();
      world.coresOf = (node) => {
        const read = (reads.get(node) ?? 0) + 1;
        reads.set(node, read);
        if (node === 'stand-in-control-plane') return null;
        // What is read as the watch starts and at time 0 tells of the time before the change.
        return read <= 2 ? 0.25 : 0.75;
      };
      const { record } = await world.run({ changes: [] });
      expect(recordProblems(record)).toBe('');
      const nodes = record?.measurement?.nodes ?? [];
      expect(nodes.map(({ name }) => name)).toEqual(['worker-1', 'worker-2', 'stand-in-worker3']);
      for (const { coresBefore, cores: after } of nodes) {
        // A reading counts for the moment halfway between the question and its answer.
        expect(coresBefore).toBeCloseTo(0.25, 1);
        // One that is late at time 0 leaves a little of the time before in the time after.
        expect(after).toBeGreaterThan(0.5);
        expect(after).toBeLessThan(0.76);
      }
    }),
  );

  test(
    'writes its record and, beside it, every request',
    inWorld(async (world) => {
      const { record } = await world.run({ changes: ROLL });
      expect(JSON.parse(readFileSync(world.outFile, 'utf8'))).toEqual(JSON.parse(JSON.stringify(record)));
      const file = world.outFile.replace('.json', '.requests.ndjson.gz');
      const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
      const rows = lines.slice(1).map((line) => JSON.parse(line) as [number, number, number, string]);
      expect(rows.filter(([arrivedMs]) => arrivedMs >= 0)).toHaveLength(record?.totals.offered ?? -1);
      expect(rows.filter(([arrivedMs, , , outcome]) => arrivedMs >= 0 && outcome !== 'ok')).toHaveLength(
        record?.totals.failed ?? -1,
      );
      expect(rows.some(([arrivedMs]) => arrivedMs < 0)).toBe(true);
    }),
  );

  test(
    'of a drain: evicts, tries refused evictions again, and uncordons in the end',
    inWorld(async (world) => {
      world.api.refusals = 1;
      const { failure, record } = await world.run({
        changes: [],
        faults: [{ at: '50ms', drain: { node: 'worker-2' } }],
      });
      expect(failure).toBeNull();
      const kinds = record?.timeline.map(({ kind }) => kind) ?? [];
      expect(kinds).toContain('node-cordoned');
      expect(kinds).toContain('pod-evicted');
      expect(kinds).toContain('eviction-refused');
      expect(kinds).toContain('drain-complete');
      expect(recordProblems(record)).toBe('');
      // Refused evictions are tried again after 5 s (R-DRN-1).
      const at = (kind: string): number =>
        record?.timeline.findLast((event) => event.kind === kind)?.timeMs ?? 0;
      expect(at('pod-evicted') - at('eviction-refused')).toBeGreaterThanOrEqual(4990);
      leftNothing(world);
    }),
  );

  test(
    'of a node that is down for a while: it is killed and started',
    inWorld(async (world) => {
      // Its boot is a part of the outage: it is started 200 ms after it was killed.
      const { record } = await world.run({
        changes: [],
        faults: [{ at: '50ms', nodeDown: { node: 'worker-1', effect: 'crash', for: '2500ms' } }],
      });
      expect(world.nodeCalls).toEqual(['kill stand-in-worker', 'start stand-in-worker']);
      // Its callers ask for nothing meanwhile: what is due at its entrance does not count, and is accounted for.
      const left = record?.measurement?.changes.find(({ path }) => path === 'requests left out');
      expect(left?.to).toBeGreaterThan(0);
      const downMs = record?.timeline.find(({ kind }) => kind === 'node-down')?.timeMs ?? 0;
      expect(record?.series.offered.slice(0, Math.floor(downMs / 100)).every((count) => count > 0)).toBe(
        true,
      );
      expect(record?.measurement?.invalidBecause).toEqual([]);
    }),
  );

  test(
    'of pods that depend on something: what an earlier one left down is up again first',
    inWorld(async (world) => {
      await world.run({ changes: [], workload: { dependencies: ['redis'] } });
      expect(world.nodeCalls).toEqual(['sh stand-in-worker', 'sh stand-in-worker2']);
    }),
  );

  test(
    'of pod kills: the same seed chooses the same positions, by mode and selector',
    inWorld(async (world) => {
      const { record } = await world.run({
        changes: [],
        faults: [{ at: '50ms', chaos: 'chaos/kill.yaml' }],
        files: {
          'chaos/kill.yaml': {
            apiVersion: 'chaos-mesh.org/v1alpha1',
            kind: 'PodChaos',
            metadata: { name: 'kill' },
            spec: {
              action: 'pod-kill',
              mode: 'fixed',
              value: '2',
              selector: { labelSelectors: { app: 'web' } },
            },
          },
        },
      });
      const injected = record?.timeline.find(({ kind }) => kind === 'fault-injected');
      expect(injected?.detail).toMatch(/^pod-kill pod\/web-hash1-p\d, pod\/web-hash1-p\d$/u);
      expect(record?.timeline.filter(({ kind }) => kind === 'pod-gone').length).toBeGreaterThanOrEqual(2);
      expect(record?.causes.every(({ rule }) => rule === 'R-POD-23')).toBe(true);
    }),
  );
});
