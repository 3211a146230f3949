/** An API server on loopback that answers as far as the harness asks, with a cluster of quick pods behind it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningCluster } from '../../../src/harness/cluster.ts';
import { BarePods } from './bare-pods.ts';
import { Controllers, type Pace } from './controllers.ts';
import { ObjectStore, type StoredObject } from './object-store.ts';

const WORKERS = ['stand-in-worker', 'stand-in-worker2', 'stand-in-worker3'] as const;

const KINDS: Readonly<Record<string, string>> = {
  namespaces: 'Namespace',
  nodes: 'Node',
  pods: 'Pod',
  services: 'Service',
  deployments: 'Deployment',
  replicasets: 'ReplicaSet',
  endpointslices: 'EndpointSlice',
  poddisruptionbudgets: 'PodDisruptionBudget',
  jobs: 'Job',
  events: 'Event',
  serviceaccounts: 'ServiceAccount',
};

export class StandInApi {
  readonly store: ObjectStore = new ObjectStore();
  readonly controllers: Controllers;
  readonly #barePods: BarePods;
  /** What it answers to the writing of an object, instead of doing it; null: it does it. */
  refuses: (plural: string) => { readonly status: number; readonly message: string } | null = () => null;
  /** How many evictions a budget still refuses. */
  refusals = 0;
  /** How long a namespace takes to go, once everything in it has. */
  namespaceEndMs = 0;
  readonly #server: Server;

  constructor(pace: Pace) {
    this.controllers = new Controllers(this.store, WORKERS, pace);
    this.#barePods = new BarePods(this.store, this.controllers.processes, WORKERS);
    for (const name of ['stand-in-control-plane', ...WORKERS])
      this.store.put('nodes', name, {
        kind: 'Node',
        spec: {},
        status: { conditions: [{ type: 'Ready', status: 'True' }] },
      });
    this.store.put('serviceaccounts', 'default', { kind: 'ServiceAccount' });
    this.#server = createServer((request, response) => {
      void this.#answer(request, response);
    });
  }

  async start(): Promise<RunningCluster> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    return clusterAt(port);
  }

  /** Gone from one moment to the next: connections are cut. */
  async stop(): Promise<void> {
    this.controllers.stop();
    this.#barePods.stop();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    const body = await readBody(request);
    const send = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    const missing = (): void => send(404, { reason: 'NotFound', message: 'not found' });
    if (url.pathname === '/version') {
      send(200, {});
      return;
    }
    const whole = url.pathname.replace(/^\/apis?\/(?:[^/]+\/)?v[^/]+\//u, '');
    const namespace = /^namespaces\/([^/]+)\/./u.exec(whole)?.[1];
    const path = whole.replace(/^namespaces\/[^/]+\/(?=.)/u, '');
    const [plural = '', name, sub] = path.split('/');
    // One that is being removed takes nothing new: what is late comes to nothing.
    if (request.method === 'PATCH' && namespace !== undefined && !this.#isOpen(namespace)) {
      missing();
      return;
    }
    if (name === undefined && request.method === 'POST') {
      const manifest = body as StoredObject;
      if (plural !== 'namespaces') send(201, this.#barePods.create(manifest.metadata.name, manifest));
      else if (this.store.get(plural, manifest.metadata.name) === undefined)
        send(201, this.store.put(plural, manifest.metadata.name, manifest));
      else send(409, { reason: 'AlreadyExists', message: 'already exists' });
    } else if (name === undefined) {
      if (url.searchParams.get('watch') === 'true') this.#watch(plural, url, response);
      else send(200, { metadata: { resourceVersion: this.store.version }, items: this.#listed(plural, url) });
    } else if (sub === 'log') this.#log(name, response);
    else if (sub === 'eviction') {
      if (this.store.get('pods', name) === undefined) missing();
      else if (this.refusals > 0) {
        this.refusals -= 1;
        send(429, { reason: 'TooManyRequests', message: 'Cannot evict pod as it would violate the budget.' });
      } else {
        this.controllers.deletePod(name, null);
        send(201, {});
      }
    } else this.#one(request.method ?? 'GET', plural, name, { body, request }, send, missing);
  }

  #one(
    method: string,
    plural: string,
    name: string,
    { body, request }: { readonly body: unknown; readonly request: IncomingMessage },
    send: (status: number, value: unknown) => void,
    missing: () => void,
  ): void {
    const found = this.store.get(plural, name);
    const refusal = method === 'PATCH' ? this.refuses(plural) : null;
    if (refusal !== null) send(refusal.status, refusal);
    else if (method === 'PATCH') {
      const type = request.headers['content-type'] ?? '';
      if (found === undefined && !type.includes('apply-patch')) missing();
      else {
        const stored = this.store.put(plural, name, patched(found, body, type, KINDS[plural] ?? plural));
        if (plural === 'pods') this.#barePods.patched(name, found);
        send(200, stored);
      }
    } else if (found === undefined) missing();
    else if (method === 'DELETE') {
      const { gracePeriodSeconds = null } = (body ?? {}) as { gracePeriodSeconds?: number };
      if (plural === 'pods') {
        if (!this.#barePods.remove(name)) this.controllers.deletePod(name, gracePeriodSeconds);
      } else if (plural === 'namespaces') this.#removeNamespace(name);
      else this.store.remove(plural, name);
      send(200, {});
    } else send(200, found);
  }

  #isOpen(namespace: string): boolean {
    const { deletionTimestamp } = this.store.get('namespaces', namespace)?.metadata ?? {
      deletionTimestamp: '',
    };
    return deletionTimestamp === undefined;
  }

  #removeNamespace(name: string): void {
    for (const plural of [
      'deployments',
      'replicasets',
      'services',
      'endpointslices',
      'pods',
      'jobs',
      'poddisruptionbudgets',
    ])
      for (const { metadata } of this.store.all(plural)) this.store.remove(plural, metadata.name);
    const metadata = { deletionTimestamp: new Date().toISOString() } as StoredObject['metadata'];
    this.store.put('namespaces', name, { kind: 'Namespace', metadata });
    if (this.namespaceEndMs === 0) this.store.remove('namespaces', name);
    else setTimeout(() => this.store.remove('namespaces', name), this.namespaceEndMs);
  }

  #listed(plural: string, url: URL): StoredObject[] {
    const node = /^spec\.nodeName=(.+)$/u.exec(url.searchParams.get('fieldSelector') ?? '')?.[1];
    const all = this.store.all(plural);
    return node === undefined ? all : all.filter(({ spec }) => spec['nodeName'] === node);
  }

  #watch(plural: string, url: URL, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const since = Number(url.searchParams.get('resourceVersion'));
    const end = this.store.watch(plural, since, (event) => {
      response.write(`${JSON.stringify(event)}\n`);
    });
    response.on('close', end);
  }

  #log(pod: string, response: ServerResponse): void {
    const process = this.controllers.processes.get(pod);
    response.writeHead(process === undefined ? 404 : 200).flushHeaders();
    let written = 0;
    const flush = (): void => {
      for (const line of process?.lines.slice(written) ?? []) response.write(`${line}\n`);
      written = process?.lines.length ?? 0;
      if (process?.ended !== false) response.end();
    };
    flush();
    process?.listeners.add(flush);
    response.on('close', () => process?.listeners.delete(flush));
  }
}

function patched(
  found: StoredObject | undefined,
  body: unknown,
  type: string,
  kind: string,
): StoredObject & { readonly kind: string } {
  if (Array.isArray(body)) {
    const [{ value }] = body as [{ value: unknown }];
    return { ...found, kind, spec: { ...found?.spec, template: value } } as StoredObject;
  }
  if (type.includes('apply-patch')) return { ...found, ...(body as object), kind } as StoredObject;
  return { ...merged(found ?? {}, body as object), kind } as StoredObject;
}

/** RFC 7396. */
function merged(target: object, patch: object): object {
  const result: Record<string, unknown> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (typeof value === 'object' && !Array.isArray(value))
      result[key] = merged(result[key] ?? {}, value as object);
    else result[key] = value;
  }
  return result;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? null : (JSON.parse(text) as unknown);
}

function clusterAt(port: number): RunningCluster {
  const entrance = { host: '127.0.0.1', port } as const;
  return {
    name: 'stand-in',
    kubeconfig: kubeconfigFor(`http://127.0.0.1:${port}`),
    kubernetesVersion: 'v1.34.4',
    kubeProxyMode: 'iptables',
    chaosMesh: false,
    netem: false,
    callers: [],
    nodePort: 30_080,
    nodes: [
      { name: 'stand-in-control-plane', role: 'control-plane', address: '172.18.0.2', entrance },
      ...WORKERS.map((name, index) => ({
        name,
        role: 'worker' as const,
        address: `172.18.0.${index + 3}`,
        entrance,
      })),
    ],
  };
}

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'own',
    clusters: [{ name: 'own', cluster: { server } }],
    users: [{ name: 'own', user: {} }],
    contexts: [{ name: 'own', context: { cluster: 'own', user: 'own' } }],
  });
}
