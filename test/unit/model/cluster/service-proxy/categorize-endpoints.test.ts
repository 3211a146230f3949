import { describe, expect, it } from 'vitest';
import {
  categorizeEndpoints,
  type ProxyEndpoint,
  type ProxyPlace,
  type TrafficPolicies,
} from '../../../../../src/model/cluster/service-proxy/categorize-endpoints.ts';

const PLACE: ProxyPlace = { node: 'n1', zone: 'z1', preferSameNode: true };
const CLUSTER: TrafficPolicies = { internalLocal: false, externalLocal: false, externallyReachable: false };
const INTERNAL_LOCAL: TrafficPolicies = { ...CLUSTER, internalLocal: true };

const ready = (id: string, overrides: Partial<ProxyEndpoint> = {}): ProxyEndpoint => ({
  id,
  ready: true,
  serving: true,
  terminating: false,
  local: false,
  zoneHints: [],
  nodeHints: [],
  ...overrides,
});
const terminating = (id: string, overrides: Partial<ProxyEndpoint> = {}): ProxyEndpoint =>
  ready(id, { ready: false, terminating: true, ...overrides });
const unready = (id: string): ProxyEndpoint => ready(id, { ready: false, serving: false });

describe('categorizeEndpoints', () => {
  it('uses the ready ones, and those that terminate only if there is none (R-KP-4)', () => {
    expect(categorizeEndpoints([ready('a'), terminating('b')], CLUSTER, PLACE).cluster).toEqual(['a']);
    expect(categorizeEndpoints([unready('a'), terminating('b')], CLUSTER, PLACE).cluster).toEqual(['b']);
    const dead = terminating('b', { serving: false });
    expect(categorizeEndpoints([unready('a'), dead], CLUSTER, PLACE)).toEqual({
      cluster: [],
      local: null,
      all: [],
      hasAny: false,
    });
  });

  it('applies the same rule to the node alone under Local (R-KP-4, R-KP-7)', () => {
    const here = terminating('b', { local: true });
    expect(categorizeEndpoints([ready('a'), here], INTERNAL_LOCAL, PLACE)).toEqual({
      cluster: null,
      local: ['b'],
      all: ['b'],
      hasAny: true,
    });
    expect(categorizeEndpoints([ready('a')], INTERNAL_LOCAL, PLACE)).toEqual({
      cluster: null,
      local: [],
      all: [],
      hasAny: true,
    });
  });

  it('keeps both sets for a Service that is reached from outside', () => {
    const external: TrafficPolicies = {
      internalLocal: false,
      externalLocal: true,
      externallyReachable: true,
    };
    const endpoints = [terminating('a', { local: true }), ready('b')];
    expect(categorizeEndpoints(endpoints, external, PLACE)).toEqual({
      cluster: ['b'],
      local: ['a'],
      all: ['a', 'b'],
      hasAny: true,
    });
    const unreachable = { ...external, externallyReachable: false };
    expect(categorizeEndpoints(endpoints, unreachable, PLACE).local).toBeNull();
  });

  it('obeys hints only if every ready endpoint has one and one is for here (R-KP-5)', () => {
    const z1 = ready('a', { zoneHints: ['z1'] });
    const z2 = ready('b', { zoneHints: ['z2'] });
    const of = (...endpoints: readonly ProxyEndpoint[]): readonly string[] | null =>
      categorizeEndpoints(endpoints, CLUSTER, PLACE).cluster;
    expect(of(z1, z2)).toEqual(['a']);
    expect(of(z1, z2, ready('c'))).toEqual(['a', 'b', 'c']);
    expect(of(z2)).toEqual(['b']);
    expect(of(z1, z2, unready('c'))).toEqual(['a']);
    const n1 = ready('n', { nodeHints: ['n1'], zoneHints: ['z1'] });
    const n2 = ready('m', { nodeHints: ['n2'], zoneHints: ['z1'] });
    expect(of(n1, n2)).toEqual(['n']);
    expect(of(n2)).toEqual(['m']);
    expect(categorizeEndpoints([n1, n2], CLUSTER, { ...PLACE, preferSameNode: false }).cluster).toEqual([
      'n',
      'm',
    ]);
  });
});
