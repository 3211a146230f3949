/**
 * The EndpointSlice controller: keeps, for every Service with a selector, slices that list its pods (R-EPS-1…8).
 * Traffic hints are never written, since the model sends to all endpoints (R-EPS-8).
 */
import { SECOND_MS } from '../../kernel/time.ts';
import type { LatencySampler } from '../latencies.ts';
import type { ApiClient, WriteResult } from './api-server.ts';
import type { ClusterContext } from './cluster-context.ts';
import type { Informer } from './informer.ts';
import { DesiredEndpoints } from './endpoints/desired-endpoints.ts';
import type { SliceContent, SlicePlan } from './endpoints/slice-plan.ts';
import { SliceTracker } from './endpoints/slice-tracker.ts';
import {
  selects,
  type Endpoint,
  type EndpointSliceObject,
  type Kind,
  type ObjectsByKind,
  type PodObject,
  type ServiceObject,
} from './objects.ts';
import { WorkQueue } from './work-queue.ts';

const NAME = 'endpointslice-controller';
/** R-EPS-4. */
const WORKERS = 5;
const ENDPOINTS_PER_SLICE_MAX = 100;
/** R-EPS-6: a failed sync is retried after 1 s·2^n, at most 15 times until the next event. */
const BACK_OFF_BASE_MS = SECOND_MS;
const BACK_OFF_MAX_MS = 1000 * SECOND_MS;
const RETRIES_MAX = 15;
/** R-EPS-7. */
const FOREIGN_WRITE_DELAY_MS = SECOND_MS;

type Written = (result: WriteResult<'EndpointSlice'>) => void;
type Write = (written: Written) => void;

export class EndpointSliceController {
  readonly #context: ClusterContext;
  readonly #client: ApiClient;
  readonly #syncLatency: LatencySampler;
  readonly #queue: WorkQueue;
  readonly #pods: Informer<'Pod'>;
  readonly #services: Informer<'Service'>;
  readonly #slices: Informer<'EndpointSlice'>;
  readonly #tracker = new SliceTracker();
  /** By Service; each follows the pods once the Service has been looked at. */
  readonly #desired = new Map<string, DesiredEndpoints>();
  readonly #sliceOrdinals = new Map<string, number>();

  constructor(context: ClusterContext) {
    const { api } = context;
    this.#context = context;
    this.#client = api.client(NAME, 20, 30);
    this.#syncLatency = context.latencies.of('controllerSync', NAME);
    this.#queue = new WorkQueue(context.simulation, WORKERS, (service, done) => {
      this.#sync(service, done);
    });
    this.#pods = api.watch('Pod', NAME, {
      concerns: (pod, old) => pod === null || old === null || endpointChanged(pod, old),
      indexed: (pod, old) => {
        for (const desired of this.#desired.values()) {
          if (pod !== null) desired.changed(pod);
          else if (old !== null) desired.removed(old.name);
        }
      },
      changed: (pod, old) => {
        if (old === null || endpointChanged(pod, old)) this.#queueServicesOf(pod);
      },
      removed: (pod) => {
        this.#queueServicesOf(pod);
      },
    });
    this.#services = api.watch('Service', NAME, {
      changed: (service) => {
        this.#queue.add(service.name);
      },
      removed: (service) => {
        this.#queue.add(service.name);
      },
    });
    this.#slices = api.watch('EndpointSlice', NAME, {
      changed: (slice) => {
        if (this.#tracker.isForeign(slice)) this.#queue.addAfter(slice.service, FOREIGN_WRITE_DELAY_MS);
      },
      removed: (slice) => {
        if (this.#tracker.removed(slice)) this.#queue.addAfter(slice.service, FOREIGN_WRITE_DELAY_MS);
      },
    });
    api.observe((object, old) => {
      this.#noteListings(object, old);
    });
  }

  /** Stores the slices of the settled state: what the controller would have written long before time 0. */
  settle(service: string): void {
    const { api, simulation } = this.#context;
    const object = api.read('Service', service);
    if (object === undefined || !hasSelector(object)) return;
    const desired = new DesiredEndpoints(object.manifest, api.readAll('Pod').values());
    for (const content of desired.plan([], ENDPOINTS_PER_SLICE_MAX).creates) {
      api.seed<'EndpointSlice'>(this.#newSlice(service, content), simulation.nowMs);
    }
  }

  #queueServicesOf(pod: PodObject): void {
    for (const { name, manifest } of this.#services.values()) {
      if (selects(manifest.selector, pod.template.labels)) this.#queue.add(name);
    }
  }

  #sync(service: string, done: () => void): void {
    const object = this.#services.get(service);
    if (object === undefined) this.#forget(service);
    if (object === undefined || !hasSelector(object)) {
      this.#queue.forget(service);
      done();
      return;
    }
    const slices: EndpointSliceObject[] = [];
    for (const slice of this.#slices.values()) if (slice.service === service) slices.push(slice);
    if (this.#tracker.isStale(service, slices)) {
      this.#retry(service);
      done();
      return;
    }
    const plan = this.#desiredOf(object).plan(slices, ENDPOINTS_PER_SLICE_MAX);
    this.#context.simulation.after(this.#syncLatency.sample(), () => {
      this.#writeInTurn(service, this.#writes(service, plan), 0, done);
    });
  }

  #desiredOf({ name, manifest }: ServiceObject): DesiredEndpoints {
    // Also brings what has arrived without an event, which the ones that are there follow.
    const pods = this.#pods.values();
    let desired = this.#desired.get(name);
    if (desired?.service !== manifest) {
      desired = new DesiredEndpoints(manifest, pods);
      this.#desired.set(name, desired);
    }
    return desired;
  }

  #forget(service: string): void {
    this.#tracker.forget(service);
    this.#desired.delete(service);
  }

  #retry(service: string): void {
    if (this.#queue.failures(service) < RETRIES_MAX) {
      this.#queue.addRateLimited(service, BACK_OFF_BASE_MS, BACK_OFF_MAX_MS);
    } else {
      this.#queue.forget(service);
    }
  }

  /** R-EPS-5: creates, then updates, then deletes, one API call each. */
  #writes(service: string, plan: SlicePlan): Write[] {
    const writes: Write[] = [];
    for (const content of plan.creates) {
      const slice = this.#newSlice(service, content);
      writes.push((written) => {
        this.#client.create<'EndpointSlice'>(slice, written);
      });
    }
    for (const { name, resourceVersion, port, endpoints } of plan.updates) {
      const change = (current: EndpointSliceObject): EndpointSliceObject | null => {
        if (resourceVersion !== null && resourceVersion !== current.resourceVersion) return null;
        return { ...current, port, endpoints, generation: current.generation + 1 };
      };
      writes.push((written) => {
        this.#client.update('EndpointSlice', name, change, written);
      });
    }
    for (const { name } of plan.deletes) {
      writes.push((written) => {
        this.#client.remove('EndpointSlice', name, (result) => {
          if (result.ok) this.#tracker.deleted(result.object);
          written(result);
        });
      });
    }
    return writes.map((write, index) =>
      index < writes.length - plan.deletes.length ? this.#tracked(write) : write,
    );
  }

  #tracked(write: Write): Write {
    return (written) => {
      write((result) => {
        if (result.ok) this.#tracker.written(result.object);
        written(result);
      });
    };
  }

  #writeInTurn(service: string, writes: readonly Write[], next: number, done: () => void): void {
    const write = writes[next];
    if (write === undefined) {
      this.#queue.forget(service);
      done();
      return;
    }
    write((result) => {
      if (result.ok) {
        this.#writeInTurn(service, writes, next + 1, done);
      } else {
        this.#retry(service);
        done();
      }
    });
  }

  #newSlice(
    service: string,
    content: SliceContent,
  ): SliceContent & { readonly kind: 'EndpointSlice'; readonly name: string; readonly service: string } {
    const ordinal = (this.#sliceOrdinals.get(service) ?? 0) + 1;
    this.#sliceOrdinals.set(service, ordinal);
    return { kind: 'EndpointSlice', name: `${service}-${ordinal}`, service, ...content };
  }

  /** Writes down, at the instant of the slice write, which pods became ready in it. */
  #noteListings(object: ObjectsByKind[Kind] | null, old: ObjectsByKind[Kind] | null): void {
    if (object?.kind !== 'EndpointSlice') return;
    const before = old?.kind === 'EndpointSlice' ? old.endpoints : [];
    for (let index = 0; index < object.endpoints.length; index++) {
      const endpoint = object.endpoints[index] as Endpoint;
      // Most endpoints stay as they are, where they are or nearly there.
      if (!endpoint.ready || endpoint === before[index] || before.includes(endpoint)) continue;
      if (!hasReady(before, endpoint.pod)) {
        this.#context.timeline.note('endpoint-listed', `pod/${endpoint.pod}`);
      }
    }
  }
}

function hasReady(endpoints: readonly Endpoint[], pod: string): boolean {
  return endpoints.some((endpoint) => endpoint.ready && endpoint.pod === pod);
}

/** R-EPS-7: a Service without selector is left to whoever writes its slices. */
function hasSelector(service: ServiceObject): boolean {
  return Object.keys(service.manifest.selector).length > 0;
}

/**
 * R-EPS-3. Upstream compares the deletion timestamps by identity, and two decoded objects never share one: every
 * update of a terminating pod counts as a change.
 */
function endpointChanged(pod: PodObject, old: PodObject): boolean {
  if (pod.deletionMs !== null || old.deletionMs !== null) return true;
  return pod.ready !== old.ready || pod.hasIp !== old.hasIp;
}
