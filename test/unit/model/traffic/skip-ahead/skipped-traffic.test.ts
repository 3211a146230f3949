import { describe, expect, it } from 'vitest';
import { Outcomes } from '../../../../../src/model/traffic/outcomes.ts';
import {
  SkippedTraffic,
  type SkippedTrafficParts,
} from '../../../../../src/model/traffic/skip-ahead/skipped-traffic.ts';
import { worldOf } from './skip-ahead-fixture.ts';

/** 100 requests a second with a service of 10 ms and a round trip of 2 ms, none of which is followed. */
function skippedOf(arrivals: 'poisson' | 'constant', parts: Partial<SkippedTrafficParts> = {}) {
  const world = worldOf({ traffic: { arrivals, rate: [{ atMs: 0, rateRps: 100 }] } });
  const outcomes = new Outcomes(0, 100);
  const { laws, options, random } = world;
  const law = laws.lawOf(world.servers.serverOf(0).spec, 0);
  const skipped = new SkippedTraffic(
    {
      traffic: options.traffic,
      random,
      laws,
      startMs: -1000,
      recordFromMs: 0,
      horizonMs: 100_000,
      latencySeries: true,
      watched: () => 0,
      failed: () => undefined,
      ...parts,
    },
    () => outcomes,
  );
  skipped.setSpread(-1000, {
    laws: Array.from({ length: law + 1 }, (_, i) => (i === law ? 1 : 0)),
    errors: [],
  });
  const run = (untilMs: number): void => {
    for (; outcomes.binEndMs <= untilMs;) {
      skipped.countBin(outcomes.binEndMs);
      outcomes.closeBin();
    }
  };
  const finish = (atMs: number, alsoInFlight = 0) => {
    const inFlight = skipped.finish(atMs);
    skipped.addLatencies();
    outcomes.finish(atMs);
    return outcomes.result(inFlight + alsoInFlight);
  };
  return { skipped, outcomes, run, finish };
}

describe('SkippedTraffic', () => {
  it('counts Poisson arrivals by chance and loses none of them', () => {
    const { run, finish } = skippedOf('poisson');
    run(60_000);
    const { offered, ok, inFlight } = finish(60_050);
    expect(offered).toBe(ok + inFlight);
    expect(Math.abs(offered - 6005)).toBeLessThan(5 * Math.sqrt(6005));
    expect(offered).not.toBe(6005);
  });

  it('counts constant arrivals as they stand, those aside that are watched', () => {
    // At 0, 10, 20 … 59 990 ms; one at the very end would belong to the time after it.
    const all = skippedOf('constant');
    all.run(60_000);
    expect(all.finish(60_000).offered).toBe(6000);
    let watched = 0;
    const some = skippedOf('constant', { watched: () => watched });
    some.skipped.setShare(0, 0.7);
    for (let bin = 1; bin <= 600; bin++) {
      watched += bin % 3 === 0 ? 4 : 2;
      some.run(100 * bin);
    }
    expect(some.finish(60_000).offered).toBe(6000 - watched);
  });

  it('knows which constant arrivals are under way at the end', () => {
    // They take 12 ms and come every 10 ms: 1 ms after the last one, the one before it is under way too.
    const inFlight = [60_011, 60_013].map((atMs) => {
      const { run, finish } = skippedOf('constant');
      run(60_000);
      return finish(atMs).inFlight;
    });
    expect(inFlight).toEqual([2, 1]);
  });

  it('takes back what turns out to be in flight, so that nothing is offered twice', () => {
    const { skipped, outcomes, run, finish } = skippedOf('constant');
    run(1000);
    skipped.setShare(1000, 0);
    // Three are followed to their end from here on, more than the draws may have left under way.
    skipped.handOver(3);
    for (let i = 0; i < 3; i++) outcomes.ok(995, 1005, true, 1);
    run(2000);
    const { offered, ok, inFlight, series } = finish(2000);
    expect([offered, ok, inFlight]).toEqual([100, 100, 0]);
    expect(series.ok.reduce((sum, count) => sum + count, 0)).toBe(100);
    expect(Math.min(...series.ok)).toBeGreaterThanOrEqual(0);
  });

  it('tells of the share that the code answers with an error', () => {
    let failures = 0;
    const { skipped, outcomes, run, finish } = skippedOf('poisson', {
      failed: (pod, count) => {
        expect(pod).toBe(1);
        for (let i = 0; i < count; i++) outcomes.failed('http-5xx', 0, true, 1);
        failures += count;
      },
    });
    skipped.setSpread(0, { laws: [1], errors: [{ pod: 1, share: 0.1 }] });
    run(60_000);
    const { offered, ok, failedByClass, inFlight } = finish(60_000);
    expect(failedByClass['http-5xx']).toBe(failures);
    expect(offered).toBe(ok + failures + inFlight);
    expect(Math.abs(failures - 600)).toBeLessThan(5 * Math.sqrt(600));
  });
});
