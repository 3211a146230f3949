/** Callers of a stand-in cluster: each request goes to a pod that a proxy, some way behind the API, still lists. */
import { EnvironmentError } from '../../../src/harness/environment-error.ts';
import type {
  LoadPlan,
  LoadResult,
  LoadRun,
  LoadSource,
  MeasuredRequest,
} from '../../../src/harness/load.ts';
import type { StandInApi } from './api-server.ts';

const SERVICE_MS = 2;
const EVERY_MS = 5;

export class StandInLoad implements LoadSource {
  readonly name = 'built-in';
  /** How far the proxies are behind the API. */
  proxyLagMs = 60;
  /** Asked for more than this, every answer comes too late. */
  bearsRps: number = Infinity;
  /** For so long from the beginning every answer comes too late. */
  coldMs: number = 0;
  /** Asked for more than this, the generator itself gives up. */
  diesAboveRps: number = Infinity;
  /** Ends the generator as if it had been killed. */
  kill: () => void = () => undefined;
  running = 0;
  /** Requests of the load that was started last. */
  offered = 0;
  readonly #api: StandInApi;

  constructor(api: StandInApi) {
    this.#api = api;
  }

  async start(plan: LoadPlan): Promise<LoadRun> {
    this.running += 1;
    this.#seen = new Map();
    const requests: MeasuredRequest[] = [];
    const rateRps = plan.traffic.rate[0]?.rateRps ?? 0;
    const result = Promise.withResolvers<LoadResult>();
    result.promise.catch(() => undefined);
    // What a busy machine is late for is offered late, and is not left out.
    let over = false;
    const offerDue = (): void => {
      if (over) return;
      const nowMs = Date.now() - plan.zeroEpochMs;
      for (;;) {
        const dueMs = plan.startMs + requests.length * EVERY_MS;
        if (dueMs + SERVICE_MS > nowMs) return;
        requests.push(this.#request(plan, requests.length, dueMs, nowMs));
        this.offered = requests.length;
      }
    };
    const timer = setInterval(offerDue, EVERY_MS);
    this.#api.controllers.beforeChange = offerDue;
    const end = (): void => {
      over = true;
      clearInterval(timer);
      result.promise.then(
        () => undefined,
        () => undefined,
      );
    };
    const soFar = (): LoadResult => {
      const lagP99Ms = Array.from({ length: 4 }, () => 1);
      return { requests, offered: requests.length, inFlight: 0, lagP99Ms, cpuMs: 1 };
    };
    const stop = (): void => {
      offerDue();
      end();
      result.resolve(soFar());
    };
    this.kill = () => {
      end();
      result.reject(new Error('the generator was killed'));
    };
    if (rateRps > this.diesAboveRps) {
      end();
      result.reject(new EnvironmentError('The load generator stopped: it ran out of local ports.'));
    }
    return Promise.resolve({
      stop,
      finished: result.promise,
      soFar,
      abort: async () => {
        end();
        this.running -= 1;
        result.reject(new Error('aborted'));
        return Promise.resolve();
      },
    });
  }

  #request(
    { startMs, entrances, traffic }: LoadPlan,
    index: number,
    dueMs: number,
    nowMs: number,
  ): MeasuredRequest {
    const client = index % traffic.clients.count;
    const pods = [...this.#api.controllers.processes.entries()].filter(([name]) =>
      this.#isListed(name, dueMs),
    );
    const [pod, process] = pods[index % Math.max(1, pods.length)] ?? [null, null];
    const late = (traffic.rate[0]?.rateRps ?? 0) > this.bearsRps || dueMs < startMs + this.coldMs;
    const ok = process?.listening === true && !late;
    if (ok && pod !== null) this.#api.controllers.answer(pod);
    return {
      arrivedMs: dueMs,
      sentMs: dueMs,
      endedMs: nowMs,
      outcome: ok ? 'ok' : late ? 'request-timeout' : 'refused',
      connection: 'new',
      client,
      node: entrances[client % entrances.length]?.node ?? '',
      pod: ok ? pod : null,
      attempts: 1,
    };
  }

  /** From the first listing on until the proxies have followed a withdrawal. */
  #seen = new Map<string, number>();

  #isListed(pod: string, dueMs: number): boolean {
    const slices = this.#api.store.all('endpointslices');
    const endpoints = slices.flatMap(
      (slice) =>
        (slice['endpoints'] ?? []) as { conditions: { ready: boolean }; targetRef: { name: string } }[],
    );
    const listed = endpoints.some(({ conditions, targetRef }) => conditions.ready && targetRef.name === pod);
    if (listed) this.#seen.set(pod, dueMs);
    return dueMs - (this.#seen.get(pod) ?? -Infinity) <= this.proxyLagMs;
  }
}
