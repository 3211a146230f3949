import { describe, expect, it } from 'vitest';
import type { ClientSide } from '../../../../../src/model/traffic/client-side.ts';
import { RandomStreams } from '../../../../../src/kernel/random.ts';
import { FollowedClients } from '../../../../../src/model/traffic/skip-ahead/followed-clients.ts';
import { WatchedArrivals } from '../../../../../src/model/traffic/skip-ahead/watched-arrivals.ts';
import type { Traffic } from '../../../../../src/scenario/scenario.ts';
import { trafficOf } from '../engine-fixture.ts';

/** Lets arrivals come for 20 s at 1000 a second, with these shares. */
function watch(arrivals: Traffic['arrivals'], followedShare: number, riskShare: number, redrawEveryMs = 0) {
  const followed = new FollowedClients(4);
  followed.add(2);
  const times: number[] = [];
  let atRisk = 0;
  const watched = new WatchedArrivals({
    traffic: trafficOf({ traffic: { arrivals, rate: [{ atMs: 0, rateRps: 1000 }] } }),
    random: new RandomStreams(4).stream('watched', `${followedShare} ${redrawEveryMs}`),
    startMs: -10,
    recordFromMs: 0,
    horizonMs: 1e9,
    followed,
    atRisk: () => atRisk++,
  });
  const clients = {
    arrive: (nowMs: number, client: number) => {
      if (client === 2) times.push(nowMs);
    },
  } as unknown as ClientSide;
  watched.setShares(-10, followedShare, riskShare);
  let redrawAtMs = redrawEveryMs;
  while (watched.nextMs < 20_000) {
    if (redrawEveryMs > 0 && redrawAtMs < watched.nextMs) {
      watched.setShares(redrawAtMs, 0, 0);
      watched.setShares(redrawAtMs, followedShare, riskShare);
      redrawAtMs += redrawEveryMs;
    } else watched.arrive(clients);
  }
  return { times, atRisk, recorded: watched.recorded };
}

describe('WatchedArrivals', () => {
  it.each([
    ['poisson', 0],
    ['constant', 0],
    // Drawing the next one anew changes nothing.
    ['poisson', 3],
    ['constant', 3.3],
  ] as const)('are the share of %s arrivals that is watched, redrawn every %f ms', (arrivals, everyMs) => {
    const { times, atRisk, recorded } = watch(arrivals, 0.25, 0.05, everyMs);
    // Five standard deviations of the thinned counts of 20 000.
    expect(Math.abs(times.length - 5000)).toBeLessThan(5 * Math.sqrt(5000));
    expect(Math.abs(atRisk - 1000)).toBeLessThan(5 * Math.sqrt(1000));
    expect(times.length + atRisk - recorded).toBeLessThan(15);
    expect(times.every((time, index) => index === 0 || time > (times[index - 1] as number))).toBe(true);
  });

  it('stand where the constant ones do', () => {
    const { times } = watch('constant', 0.4, 0);
    expect(times.every((time) => Math.abs(time - Math.round(time)) < 1e-6)).toBe(true);
    expect(watch('constant', 1, 0).times).toHaveLength(20_009);
  });

  it('do not come where nothing is watched', () => {
    expect(watch('poisson', 0, 0)).toEqual({ times: [], atRisk: 0, recorded: 0 });
  });
});
