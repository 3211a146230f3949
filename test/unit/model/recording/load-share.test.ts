import { describe, expect, it } from 'vitest';
import { LoadShare, podCapacityRps } from '../../../../src/model/recording/load-share.ts';
import type { Container, Deployment, Traffic } from '../../../../src/scenario/scenario.ts';
import { smallScenario, type SmallScenario } from '../small-scenario.ts';

function containerOf(small: SmallScenario): Container {
  const deployment = smallScenario(small).before.find(
    (object): object is Deployment => object.kind === 'Deployment',
  );
  const [container] = deployment?.template.containers ?? [];
  if (container === undefined) throw new Error('no container');
  return container;
}

describe('podCapacityRps', () => {
  it('is the workers over the mean service time (R-APP-9)', () => {
    const workload = { serviceTime: { exponential: { mean: '20ms' } }, concurrency: 8 };
    expect(podCapacityRps(containerOf({ workload }))).toBeCloseTo(400);
  });

  it('is what the CPU limit lets through when that is less', () => {
    const workload = { serviceTime: '20ms', concurrency: 8, cpuPerRequest: '4ms' };
    const resources = { limits: { cpu: '500m' }, requests: { cpu: '100m' } };
    expect(podCapacityRps(containerOf({ workload, container: { resources } }))).toBeCloseTo(125);
    const ample = { limits: { cpu: '4' }, requests: { cpu: '100m' } };
    expect(podCapacityRps(containerOf({ workload, container: { resources: ample } }))).toBeCloseTo(400);
  });

  it('is unbounded when a request takes no time', () => {
    expect(podCapacityRps(containerOf({ workload: { serviceTime: '0s' } }))).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('LoadShare', () => {
  const rate = [
    { at: '0s', rate: 100 },
    { at: '10s', rate: 400 },
  ];
  const traffic: Traffic = smallScenario({ rate }).traffic;

  it('follows the rate and the pods that are ready', () => {
    let ready = 4;
    const load = new LoadShare({ traffic, podCapacityRps: 100, readyPods: () => ready });
    load.begin();
    expect(load.utilization(5000)).toBeCloseTo(0.25);
    expect(load.utilization(10_000)).toBeCloseTo(1);
    ready = 2;
    expect(load.utilization(10_000)).toBeCloseTo(2);
    expect(load.readyPods()).toBe(2);
    expect(load.readyPodsAtStart()).toBe(4);
    ready = 0;
    expect(load.utilization(0)).toBe(Number.POSITIVE_INFINITY);
  });

  it('follows a ramp between its entries', () => {
    const ramp = smallScenario({ rate, traffic: { ramp: true } }).traffic;
    const load = new LoadShare({ traffic: ramp, podCapacityRps: 100, readyPods: () => 1 });
    expect(load.utilization(5000)).toBeCloseTo(2.5);
  });
});
