/** `--rate auto` through the stand-in of cluster and callers: what it tries, tells, and leaves for the replay. */
import { describe, expect, test } from 'vitest';
import type { RateSearch } from '../../src/harness/experiment/replay-options.ts';
import { smallScenario, type SmallScenario } from '../unit/model/small-scenario.ts';
import { ReplayWorld } from './stand-in/replay-world.ts';

const SCENARIO: SmallScenario = { nodes: 2, durationSeconds: 60, changes: [], rate: 400 };
const OWN_SETTING = 'spec.cluster.nodes=2';

interface Told {
  readonly lines: string[];
  readonly reloaded: (readonly string[])[];
  readonly search: RateSearch;
}

/** Reads settings as the command does: the rate is the last of them. */
function listener(): Told {
  const lines: string[] = [];
  const reloaded: (readonly string[])[] = [];
  const reload: RateSearch['reload'] = (settings) => {
    reloaded.push(settings);
    const rate = Number(/^spec\.traffic\.rate=(\S+)$/u.exec(settings.at(-1) ?? '')?.[1]);
    return Number.isNaN(rate) ? null : smallScenario({ ...SCENARIO, rate });
  };
  return { lines, reloaded, search: { trialMs: 150, reload, tell: (line) => lines.push(line) } };
}

async function searched(
  prepare: (world: ReplayWorld) => void,
): Promise<Told & { readonly world: ReplayWorld; readonly end: Awaited<ReturnType<ReplayWorld['run']>> }> {
  const world = new ReplayWorld();
  const told = listener();
  try {
    prepare(world);
    const end = await world.run(SCENARIO, { settings: [OWN_SETTING], rateSearch: told.search });
    return { ...told, world, end };
  } finally {
    await world.close();
  }
}

describe.concurrent('--rate auto', () => {
  test('finds what the cluster bears, says each rate and why not, and replays at it', async () => {
    const { lines, end, world } = await searched(({ load }) => {
      load.bearsRps = 150;
      load.diesAboveRps = 300;
    });
    expect(end.failure).toBeNull();
    expect(lines.map((line) => line.replaceAll(/\d+ of \d+/gu, 'N of N'))).toEqual([
      '400 requests/s: The load generator stopped: it ran out of local ports.',
      '200 requests/s: N of N requests failed before the change.',
      '100 requests/s: valid',
      '150 requests/s: valid',
      '175 requests/s: N of N requests failed before the change.',
      '162 requests/s: N of N requests failed before the change.',
      '135 requests/s, for longer: valid',
      'replaying at 135 requests/s',
    ]);
    expect(end.peakRateRps).toBe(135);
    // What the command line said, and the one rate that was found: a prediction takes the same.
    expect(end.record?.measurement?.settings).toEqual([OWN_SETTING, 'spec.traffic.rate=135']);
    expect(end.record?.measurement?.invalidBecause).toEqual([]);
    expect(world.load.running).toBe(0);
  });

  test('ends with one line when no rate is valid, and leaves nothing', async () => {
    const { end, world } = await searched(({ load }) => {
      load.bearsRps = 0;
    });
    expect(String(end.failure?.error)).toMatch(
      /No rate from 20 to 400 requests\/s gives a valid baseline here: \d+ of \d+ requests failed before the change\./u,
    );
    expect(end.failure?.stage).toBe('settle');
    expect(end.record).toBeNull();
    expect(world.load.running).toBe(0);
  });

  test('an end by Ctrl-C in a trial is no verdict on the rate', async () => {
    const world = new ReplayWorld();
    const { search, lines } = listener();
    const interruption = new Error('Ctrl-C');
    try {
      const end = await world.run(
        SCENARIO,
        { rateSearch: { ...search, trialMs: 5000 } },
        (stage, controller) => {
          if (stage === 'settle') setTimeout(() => controller.abort(interruption), 1000);
        },
      );
      expect(end.failure).toEqual({ stage: 'settle', error: interruption });
      expect(lines).toEqual([]);
      expect(world.load.running).toBe(0);
    } finally {
      await world.close();
    }
  });
});
