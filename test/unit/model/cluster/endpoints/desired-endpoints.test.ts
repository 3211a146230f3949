import { array, assert, boolean, constantFrom, nat, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DesiredEndpoints } from '../../../../../src/model/cluster/endpoints/desired-endpoints.ts';
import {
  isListed,
  podToEndpoint,
  targetPortOn,
} from '../../../../../src/model/cluster/endpoints/pod-endpoint.ts';
import { planSlices, type ExistingSlice } from '../../../../../src/model/cluster/endpoints/slice-plan.ts';
import type { Endpoint, PodObject } from '../../../../../src/model/cluster/objects.ts';
import type { PodTemplate } from '../../../../../src/scenario/scenario.ts';
import { testTemplate } from '../test-cluster.ts';
import { newPod, webService } from './web-service.ts';

const ENDPOINTS_MAX = 4;
const SERVICE = webService({ targetPort: 'http' });
/** Two versions that listen on different ports, which slices keep apart. */
const OLD = templateOn(8080);
const NEW = templateOn(9090);

function templateOn(containerPort: number): PodTemplate {
  const [container] = testTemplate().containers;
  if (container === undefined) throw new Error('a template has a container');
  return testTemplate({ containers: [{ ...container, ports: [{ name: 'http', containerPort }] }] });
}

function podOf(index: number, overrides: Partial<PodObject>): PodObject {
  const meta = { uid: `uid-${index}`, createdMs: 0, generation: 1, resourceVersion: 1 };
  return { ...newPod(`web-${index}`, overrides), ...meta };
}

const step = record({
  kind: constantFrom('changed', 'changed', 'removed', 'planned', 'foreign' as const),
  pod: nat({ max: 11 }),
  template: constantFrom(OLD, NEW),
  ready: boolean(),
  hasIp: boolean(),
  deletionMs: constantFrom(null, null, 5),
});

/** The slices after the writes of a plan. */
class Slices {
  all: ExistingSlice[] = [];
  #names = 0;

  carryOut({ creates, updates, deletes }: ReturnType<typeof planSlices>): void {
    const gone = new Set(deletes.map(({ name }) => name));
    const updated = new Map(updates.map((update) => [update.name, update]));
    this.all = this.all
      .filter(({ name }) => !gone.has(name))
      .map((slice) => {
        const { port, endpoints } = updated.get(slice.name) ?? slice;
        return { name: slice.name, resourceVersion: 1, port, endpoints };
      });
    for (const content of creates) this.add(content.port, content.endpoints);
  }

  add(port: number | null, endpoints: readonly Endpoint[]): void {
    this.all = [...this.all, { name: `web-${++this.#names}`, resourceVersion: 1, port, endpoints }];
  }
}

describe('DesiredEndpoints', () => {
  it('plans what a look at every pod would plan, whatever happened to pods and slices', () => {
    assert(
      property(array(step, { maxLength: 60 }), (steps) => {
        const desired = new DesiredEndpoints(SERVICE, []);
        const pods = new Map<string, PodObject>();
        const slices = new Slices();
        for (const { kind, pod: index, ...overrides } of steps) {
          const pod = podOf(index, overrides);
          if (kind === 'changed') {
            pods.set(pod.name, pod);
            desired.changed(pod);
          } else if (kind === 'removed') {
            pods.delete(pod.name);
            desired.removed(pod.name);
          } else if (kind === 'foreign') {
            // Someone else lists a pod, perhaps a second time, perhaps one that is not there.
            slices.add(8080, [podToEndpoint(pod, SERVICE)]);
          } else {
            const plan = desired.plan(slices.all, ENDPOINTS_MAX);
            expect(plan).toEqual(planSlices(slices.all, endpointsOf(pods.values()), ENDPOINTS_MAX));
            slices.carryOut(plan);
          }
        }
      }),
      { seed: 4_100, numRuns: 300 },
    );
  });

  it('plans nothing once the slices list what they should', () => {
    const desired = new DesiredEndpoints(
      SERVICE,
      Array.from({ length: 6 }, (_, index) => podOf(index, { template: OLD })),
    );
    const slices = new Slices();
    slices.carryOut(desired.plan([], ENDPOINTS_MAX));
    expect(slices.all.map(({ endpoints }) => endpoints.length)).toEqual([4, 2]);
    expect(desired.plan(slices.all, ENDPOINTS_MAX)).toEqual({ creates: [], updates: [], deletes: [] });
  });
});

function endpointsOf(pods: Iterable<PodObject>): Map<number | null, Endpoint[]> {
  const byPort = new Map<number | null, Endpoint[]>();
  for (const pod of pods) {
    if (!isListed(pod)) continue;
    const port = targetPortOn(pod, SERVICE.targetPort);
    const endpoints = byPort.get(port) ?? [];
    endpoints.push(podToEndpoint(pod, SERVICE));
    byPort.set(port, endpoints);
  }
  return byPort;
}
