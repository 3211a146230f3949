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
  phase: 'idle' | 'connecting' | 'queued' | 'served';
  arrivedMs: number;
  /** From when the client may use it again. */
  freeMs: number;
  used: number;
}

/** What happens to a client: it looks at the requests that wait for a connection. */
interface Client {
  readonly kind: 'client';
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

type Event = Connection | Client | { readonly kind: 'arrival' };

function buildClient(connections: number): Client {
  const client: Client = { kind: 'client', idle: [], closed: [], waiting: [] };
  for (let i = 0; i < connections; i++) {
    client.closed.push({
      kind: 'connection',
      client,
      pod: null,
      phase: 'idle',
      arrivedMs: 0,
      freeMs: 0,
      used: 0,
    });
  }
  return client;
}

/** The connection used last of those whose answer has come, else a new one, if the pool has room. */
function take(client: Client, nowMs: number): Connection | undefined {
  const { idle } = client;
  for (let i = idle.length - 1; i >= 0; i--) {
    const connection = idle[i] as Connection;
    if (connection.freeMs > nowMs) continue;
    idle.splice(i, 1);
    return connection;
  }
  return client.closed.pop();
}

/**
 * Runs from 0 to the horizon. The clocks of pods run half a round trip behind those of clients, so that a request
 * comes to its pod at the instant at which it was sent, and its answer a whole round trip after it left the pod.
 */
export function runPlain(options: PlainOptions): PlainResult {
  const { server, roundTripMs, horizonMs, streams } = options;
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

  const release = (connection: Connection, nowMs: number): void => {
    const { client } = connection;
    connection.freeMs = nowMs + roundTripMs;
    connection.phase = 'idle';
    if (!keepAlive) connection.pod = null;
    client.idle.push(connection);
    if (client.waiting.length > 0) events.push(connection.freeMs, client);
  };

  const send = (connection: Connection, arrivedMs: number, nowMs: number): void => {
    connection.arrivedMs = arrivedMs;
    if (connection.pod !== null) {
      connection.used++;
      reachPod(connection, connection.pod, nowMs);
      return;
    }
    const pod = pods[podChoice.below(pods.length)] as Pod;
    connection.used = 1;
    if (pod.refuses) {
      counts.failed('refused', nowMs + roundTripMs);
      release(connection, nowMs);
      return;
    }
    connection.pod = pod;
    connection.phase = 'connecting';
    events.push(nowMs + roundTripMs, connection);
  };
  const reachPod = (connection: Connection, pod: Pod, nowMs: number): void => {
    if (pod.busy < server.concurrency) serve(connection, pod, nowMs);
    else if (pod.queue.length < server.backlog) {
      connection.phase = 'queued';
      pod.queue.push(connection);
    } else {
      counts.failed('http-5xx', nowMs + roundTripMs);
      release(connection, nowMs);
    }
  };
  const serve = (connection: Connection, pod: Pod, nowMs: number): void => {
    const serviceMs = service.sample(pod.random);
    const runsMs = Math.max(nowMs, pod.cpuFreeMs);
    pod.cpuFreeMs = runsMs + cpuMs;
    pod.busy++;
    connection.phase = 'served';
    events.push(runsMs + Math.max(serviceMs, cpuMs), connection);
  };
  const depart = (connection: Connection, pod: Pod, nowMs: number): void => {
    const answerMs = nowMs + roundTripMs;
    if (answerMs > connection.arrivedMs + timeoutMs) counts.failed('request-timeout', answerMs);
    else counts.ok(connection.arrivedMs, answerMs, connection.used > 1);
    pod.busy--;
    const next = pod.queue.shift();
    if (next !== undefined) serve(next, pod, nowMs);
    release(connection, nowMs);
  };

  const arrive = (nowMs: number): void => {
    counts.offered(nowMs);
    const client = clients[clientChoice.below(clients.length)] as Client;
    const connection = take(client, nowMs);
    if (connection === undefined) client.waiting.push(nowMs);
    else send(connection, nowMs, nowMs);
    events.push(nowMs + arrivals.exponential() * gapMs, arrival);
  };
  const wake = (client: Client, nowMs: number): void => {
    const arrivedMs = client.waiting[0];
    if (arrivedMs === undefined) return;
    const connection = take(client, nowMs);
    if (connection === undefined) return;
    client.waiting.shift();
    send(connection, arrivedMs, nowMs);
  };

  events.push(arrivals.exponential() * gapMs, arrival);
  for (;;) {
    const nowMs = events.nextTimeMs;
    const event = events.pop();
    if (event === undefined || nowMs >= horizonMs) break;
    if (event.kind === 'arrival') arrive(nowMs);
    else if (event.kind === 'client') wake(event, nowMs);
    else if (event.phase === 'connecting') reachPod(event, event.pod as Pod, nowMs);
    else depart(event, event.pod as Pod, nowMs);
  }
  return counts.result(horizonMs);
}
