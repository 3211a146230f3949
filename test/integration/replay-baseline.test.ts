/** Replays on a stand-in cluster that end before time 0: what the callers have met until then is kept. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import type { Stage } from '../../src/harness/experiment/experiment.machine.ts';
import { recordProblems } from '../record-schema.ts';
import { ReplayWorld } from './stand-in/replay-world.ts';

/** Far more than it takes to break it off. */
const BASELINE_MS = 60_000;
const ENOUGH = 20;

interface Way {
  readonly when: string;
  readonly breakOff: (world: ReplayWorld, interruption: AbortController) => void;
  readonly failure: RegExp;
}

const WAYS: readonly Way[] = [
  {
    when: 'Ctrl-C',
    breakOff: (_, interruption) => {
      interruption.abort(new Error('Ctrl-C'));
    },
    failure: /Ctrl-C/u,
  },
  {
    when: 'the death of its generator',
    breakOff: ({ load }) => {
      load.kill();
    },
    failure: /the generator was killed/u,
  },
  {
    when: 'the end of the API server',
    breakOff: ({ api }) => void api.stop(),
    failure: /API server of the cluster stand-in does not answer/u,
  },
];

/** As its baseline begins, once there are some requests. */
function inBaseline(
  world: ReplayWorld,
  breakOff: Way['breakOff'],
): (stage: Stage, interruption: AbortController) => void {
  return (stage, interruption) => {
    if (stage !== 'baseline') return;
    const offered = vi.waitFor(() => {
      expect(world.load.offered).toBeGreaterThan(ENOUGH);
    }, BASELINE_MS / 4);
    void offered.finally(() => {
      breakOff(world, interruption);
    });
  };
}

describe.concurrent('a baseline', { timeout: BASELINE_MS }, () => {
  test.each(WAYS)(
    'that $when ends leaves a partial record with its requests',
    async ({ breakOff, failure }) => {
      const world = new ReplayWorld();
      try {
        const end = await world.run(
          { changes: [] },
          { baselineMs: BASELINE_MS },
          inBaseline(world, breakOff),
        );
        expect(end.failure?.stage).toBe('baseline');
        expect(String(end.failure?.error)).toMatch(failure);
        expect(world.stages).toEqual(['prepare', 'settle', 'baseline', 'recover', 'collect', 'cleanUp']);
        const { record } = end;
        expect(recordProblems(record)).toBe('');
        expect(record?.measurement).toMatchObject({ partial: true });
        expect(record?.measurement?.counts?.offered).toBeGreaterThan(ENOUGH);
        // It holds what was from time 0 on, which nothing was.
        expect(record?.totals).toMatchObject({ offered: 0, inFlight: 0 });
        const file = world.outFile.replace('.json', '.requests.ndjson.gz');
        const [, ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
        expect(lines.length).toBeGreaterThan(ENOUGH);
        expect(lines.every((line) => (JSON.parse(line) as [number])[0] < 0)).toBe(true);
        expect(world.load.running).toBe(0);
      } finally {
        await world.close();
      }
    },
  );

  test('that ends before the first request leaves none', async () => {
    const world = new ReplayWorld();
    try {
      const waits = { ...world.waits, loadStartMs: BASELINE_MS };
      const { record } = await world.run({ changes: [] }, { waits }, (stage, interruption) => {
        if (stage === 'baseline') setImmediate(() => interruption.abort(new Error('Ctrl-C')));
      });
      expect(record).toBeNull();
      expect(existsSync(world.outFile)).toBe(false);
      expect(world.load.running).toBe(0);
    } finally {
      await world.close();
    }
  });
});
