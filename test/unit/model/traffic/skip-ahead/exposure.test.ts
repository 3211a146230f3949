import { describe, expect, it } from 'vitest';
import { Exposure } from '../../../../../src/model/traffic/skip-ahead/exposure.ts';
import { worldOf } from './skip-ahead-fixture.ts';

function exposureOf(setup: Parameters<typeof worldOf>[0] = {}) {
  const world = worldOf({ pods: 4, nodes: 2, clients: { count: 6 }, ...setup });
  return { ...world, exposure: new Exposure(world.parts, world.servers) };
}

describe('Exposure', () => {
  it('is the share of a node’s pods that do not listen, and of no other node’s', () => {
    const { exposure, servers, parts } = exposureOf();
    expect(exposure.look(0)).toBe(false);
    servers.setState(0, 3, 'draining', false);
    parts.balancers[1]?.setEndpoints({ pods: [0, 1, 2], whenEmpty: 'reject' });
    expect(exposure.look(0)).toBe(true);
    expect(exposure.look(1)).toBe(false);
    expect([exposure.ofConnection(0, 0), exposure.ofConnection(1, 0)]).toEqual([0.25, 0]);
    expect(exposure.hangs(0)).toBe(false);
    servers.setState(0, 3, 'absent', false);
    exposure.look(0);
    expect(exposure.hangs(0)).toBe(true);
  });

  it('is certain where there is no pod, or where the address is bound to a closed one', () => {
    const affinity = { timeoutMs: 10_000, addressesMax: 10 };
    const { exposure, servers, parts, random } = exposureOf({
      balancing: { algorithm: 'random', affinity },
    });
    parts.balancers[0]?.bind(0, 2, 0);
    parts.balancers[0]?.bind(2, 1, 0);
    servers.setState(0, 2, 'refusing', false);
    exposure.look(0);
    expect([0, 2, 4].map((client) => exposure.ofConnection(client, 5))).toEqual([1, 0, 0.25]);
    expect(exposure.pick(0, 5, random)).toBe(2);
    parts.balancers[1]?.setEndpoints({ pods: [], whenEmpty: 'drop' });
    expect(exposure.look(1)).toBe(true);
    expect(exposure.ofConnection(1, 5)).toBe(1);
    expect(exposure.hangs(1)).toBe(true);
    expect(exposure.pick(1, 5, random)).toBe(-1);
  });

  it('draws clients as often as they have requests at risk, and leaves no rounding behind', () => {
    const { exposure, random } = exposureOf();
    exposure.set(1, 0.1);
    exposure.set(4, 0.3);
    expect(exposure.share).toBeCloseTo(0.4 / 6, 12);
    const drawn = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 4000; i++) drawn[exposure.draw(random)] = (drawn[exposure.draw(random)] ?? 0) + 1;
    expect(drawn.map((count) => count > 0)).toEqual([false, true, false, false, true, false]);
    exposure.set(1, 0);
    for (let i = 0; i < 50; i++) expect(exposure.draw(random)).toBe(4);
    exposure.set(4, 0);
    expect(exposure.share).toBe(0);
    expect(exposure.draw(random)).toBe(-1);
  });
});
