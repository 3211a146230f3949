/**
 * The plain way to simulate the same traffic, kept as a peer: each arrival and each departure is an event of the
 * kernel's queue and each request an object. It knows no connections and no changes of the world, every request
 * goes to a pod at random, so it does less than the exact engine; tests use it as an independent oracle.
 */
import { compileDistribution, type DistributionSpec } from '../src/kernel/distribution.ts';
import { EventQueue } from '../src/kernel/event-queue.ts';
import type { RandomStream, RandomStreams } from '../src/kernel/random.ts';

export interface PlainOptions {
  readonly rateRps: number;
  readonly pods: number;
  /** Pods that refuse every request. */
  readonly refusing: readonly number[];
  readonly serviceTime: DistributionSpec;
  readonly concurrency: number;
  readonly backlog: number;
  readonly roundTripMs: number;
  readonly horizonMs: number;
  readonly streams: RandomStreams;
}

export interface PlainResult {
  readonly offered: number;
  readonly ok: number;
  readonly refused: number;
  readonly overflowed: number;
  readonly inFlight: number;
  readonly meanLatencyMs: number;
  readonly latenciesMs: readonly number[];
  /** Share of all workers' time that was spent serving. */
  readonly utilization: number;
}

interface Request {
  readonly pod: number;
  readonly arrivedMs: number;
}

interface Pod {
  readonly refuses: boolean;
  readonly random: RandomStream;
  readonly queue: Request[];
  busy: number;
}

type Event = { readonly kind: 'arrival' } | { readonly kind: 'departure'; readonly request: Request };

/** Runs from 0 to the horizon. @param keepLatencies whether every single latency is returned */
export function runPlain(options: PlainOptions, keepLatencies = false): PlainResult {
  const { rateRps, concurrency, backlog, roundTripMs, horizonMs, streams } = options;
  const service = compileDistribution(options.serviceTime);
  const arrivals = streams.stream('arrivals');
  const choice = streams.stream('choice');
  const pods = Array.from({ length: options.pods }, (_, index): Pod => ({
    refuses: options.refusing.includes(index),
    random: streams.stream('service-time', index),
    queue: [],
    busy: 0,
  }));
  const events = new EventQueue<Event>();
  const latenciesMs: number[] = [];
  let offered = 0;
  let ok = 0;
  let refused = 0;
  let overflowed = 0;
  let latencySumMs = 0;
  let busyMs = 0;

  const start = (pod: Pod, request: Request, nowMs: number): void => {
    const serviceMs = service.sample(pod.random);
    pod.busy++;
    busyMs += Math.min(serviceMs, Math.max(0, horizonMs - nowMs));
    events.push(nowMs + serviceMs, { kind: 'departure', request });
  };
  const arrive = (nowMs: number): void => {
    offered++;
    const index = choice.below(pods.length);
    const pod = pods[index] as Pod;
    const request = { pod: index, arrivedMs: nowMs };
    if (pod.refuses) refused++;
    else if (pod.busy < concurrency) start(pod, request, nowMs);
    else if (pod.queue.length < backlog) pod.queue.push(request);
    else overflowed++;
    events.push(nowMs + (arrivals.exponential() * 1000) / rateRps, { kind: 'arrival' });
  };
  const depart = (request: Request, nowMs: number): void => {
    const pod = pods[request.pod] as Pod;
    const latencyMs = nowMs - request.arrivedMs + roundTripMs;
    ok++;
    latencySumMs += latencyMs;
    if (keepLatencies) latenciesMs.push(latencyMs);
    pod.busy--;
    const next = pod.queue.shift();
    if (next !== undefined) start(pod, next, nowMs);
  };

  events.push((arrivals.exponential() * 1000) / rateRps, { kind: 'arrival' });
  for (;;) {
    const nowMs = events.nextTimeMs;
    const event = events.pop();
    if (event === undefined || nowMs >= horizonMs) break;
    if (event.kind === 'arrival') arrive(nowMs);
    else depart(event.request, nowMs);
  }
  return {
    offered,
    ok,
    refused,
    overflowed,
    inFlight: offered - ok - refused - overflowed,
    meanLatencyMs: latencySumMs / ok,
    latenciesMs,
    utilization: busyMs / (horizonMs * concurrency * (options.pods - options.refusing.length)),
  };
}
