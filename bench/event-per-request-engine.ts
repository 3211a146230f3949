/**
 * The plain way to simulate the same traffic, kept as a peer and as an independent oracle for tests: each arrival
 * and each departure is an event of the kernel's queue. It does the exact engine's job for a world that does not
 * change: clients with pools of connections, pods with workers, a CPU limit and a queue, outcomes and latencies by bin.
 */
import { compileDistribution } from '../src/kernel/distribution.ts';
import { EventQueue } from '../src/kernel/event-queue.ts';
import type { RandomStream, RandomStreams } from '../src/kernel/random.ts';
import type { ServerSpec } from '../src/model/data-plane.ts';
import { PlainCounts, type PlainResult } from './plain-counts.ts';

export interface PlainOptions {
  readonly rateRps: number;
  readonly clients: {
    readonly count: number;
    readonly connectionsEach: number;
    readonly keepAlive: boolean;
    readonly timeoutMs: number;
  };
  readonly pods: number;
  /** Pods that refuse every connection. */
  readonly refusing: readonly number[];
  readonly server: Pick<
    ServerSpec,
    'serviceTime' | 'concurrency' | 'backlog' | 'cpuPerRequestMs' | 'cpuLimitMilli'
  >;
  readonly roundTripMs: number;
  readonly horizonMs: number;
  readonly binMs: number;
  readonly streams: RandomStreams;
}

/** A place in a client's pool, and the request that is on it. */
interface Connection {
  readonly kind: 'connection';
  readonly client: Client;
  /** null: closed. */
  pod: Pod | null;
  /** What its next event is: a SYN or a request comes to the pod, a worker is done, an answer comes to the client. */
  next: 'syn' | 'request' | 'departure' | 'refusal' | 'overflow' | 'answer';
  arrivedMs: number;
  used: number;
}

interface Client {
  /** Connections without a request, those used last at the end. */
  readonly idle: Connection[];
  readonly closed: Connection[];
  /** Arrival times of requests without a connection. */
  readonly waiting: number[];
}

interface Pod {
  readonly refuses: boolean;
  readonly random: RandomStream;
  readonly queue: Connection[];
  busy: number;
  cpuFreeMs: number;
}

type Event = Connection | { readonly kind: 'arrival' };

function buildClient(connections: number): Client {
  const client: Client = { idle: [], closed: [], waiting: [] };
  for (let i = 0; i < connections; i++) {
    client.closed.push({ kind: 'connection', client, pod: null, next: 'syn', arrivedMs: 0, used: 0 });
  }
  return client;
}

/**
 * Runs from 0 to the horizon. A request is four events: it comes to its client and to its pod, it leaves the pod,
 * and its answer comes to the client. With a round trip of 0 the second and the last one need no event.
 */
export function runPlain(options: PlainOptions): PlainResult {
  const { server, horizonMs, streams } = options;
  const oneWayMs = options.roundTripMs / 2;
  const { keepAlive, timeoutMs } = options.clients;
  const service = compileDistribution(server.serviceTime);
  const cpuMs = server.cpuLimitMilli === null ? 0 : (server.cpuPerRequestMs * 1000) / server.cpuLimitMilli;
  const gapMs = 1000 / options.rateRps;
  const arrivals = streams.stream('arrivals');
  const clientChoice = streams.stream('client');
  const podChoice = streams.stream('balancing');
  const clients = Array.from({ length: options.clients.count }, () =>
    buildClient(options.clients.connectionsEach),
  );
  const pods = Array.from({ length: options.pods }, (_, index): Pod => ({
    refuses: options.refusing.includes(index),
    random: streams.stream('service-time', index),
    queue: [],
    busy: 0,
    cpuFreeMs: 0,
  }));
  const events = new EventQueue<Event>();
  const arrival: Event = { kind: 'arrival' };
  const counts = new PlainCounts(options.binMs);

  /** `next` happens to the connection after so many ways over the wire. */
  const travel = (connection: Connection, next: Connection['next'], ways: number, nowMs: number): void => {
    connection.next = next;
    if (oneWayMs === 0) step(connection, nowMs);
    else events.push(nowMs + ways * oneWayMs, connection);
  };
  const send = (connection: Connection, arrivedMs: number, nowMs: number): void => {
    connection.arrivedMs = arrivedMs;
    if (connection.pod !== null) {
      connection.used++;
      travel(connection, 'request', 1, nowMs);
      return;
    }
    connection.pod = pods[podChoice.below(pods.length)] as Pod;
    connection.used = 1;
    travel(connection, 'syn', 1, nowMs);
  };
  const reachPod = (connection: Connection, pod: Pod, nowMs: number): void => {
    if (pod.busy < server.concurrency) serve(connection, pod, nowMs);
    else if (pod.queue.length < server.backlog) pod.queue.push(connection);
    else travel(connection, 'overflow', 1, nowMs);
  };
  const serve = (connection: Connection, pod: Pod, nowMs: number): void => {
    const serviceMs = service.sample(pod.random);
    const runsMs = Math.max(nowMs, pod.cpuFreeMs);
    pod.cpuFreeMs = runsMs + cpuMs;
    pod.busy++;
    connection.next = 'departure';
    events.push(runsMs + Math.max(serviceMs, cpuMs), connection);
  };
  const depart = (connection: Connection, pod: Pod, nowMs: number): void => {
    pod.busy--;
    const next = pod.queue.shift();
    if (next !== undefined) serve(next, pod, nowMs);
    travel(connection, 'answer', 1, nowMs);
  };
  const answer = (connection: Connection, nowMs: number): void => {
    const { client, arrivedMs } = connection;
    if (connection.next === 'refusal') counts.failed('refused', nowMs);
    else if (connection.next === 'overflow') counts.failed('http-5xx', nowMs);
    else if (nowMs > arrivedMs + timeoutMs) counts.failed('request-timeout', nowMs);
    else counts.ok(arrivedMs, nowMs, connection.used > 1);
    if (!keepAlive || connection.next === 'refusal') connection.pod = null;
    const waits = client.waiting.shift();
    if (waits !== undefined) send(connection, waits, nowMs);
    else if (connection.pod === null) client.closed.push(connection);
    else client.idle.push(connection);
  };
  const step = (connection: Connection, nowMs: number): void => {
    const pod = connection.pod as Pod;
    if (connection.next === 'request') reachPod(connection, pod, nowMs);
    else if (connection.next === 'departure') depart(connection, pod, nowMs);
    else if (connection.next !== 'syn') answer(connection, nowMs);
    else if (pod.refuses) travel(connection, 'refusal', 1, nowMs);
    else travel(connection, 'request', 2, nowMs);
  };
  const arrive = (nowMs: number): void => {
    counts.offered(nowMs);
    const client = clients[clientChoice.below(clients.length)] as Client;
    const connection = client.idle.pop() ?? client.closed.pop();
    if (connection === undefined) client.waiting.push(nowMs);
    else send(connection, nowMs, nowMs);
    events.push(nowMs + arrivals.exponential() * gapMs, arrival);
  };

  events.push(arrivals.exponential() * gapMs, arrival);
  for (;;) {
    const nowMs = events.nextTimeMs;
    const event = events.pop();
    if (event === undefined || nowMs >= horizonMs) break;
    if (event.kind === 'arrival') arrive(nowMs);
    else step(event, nowMs);
  }
  return counts.result(horizonMs);
}
