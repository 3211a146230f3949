/**
 * The API server as the harness uses it: one namespace of the one cluster that it made, and that cluster's nodes.
 */
import type { RunningCluster } from '../cluster.ts';
import { isStatus } from './api-error.ts';
import type {
  LiveDeployment,
  LiveEndpointSlice,
  LiveEvent,
  LiveJob,
  LiveNode,
  LiveObject,
  LivePod,
  LiveReplicaSet,
} from './live-objects.ts';
import { lockedConnection } from './locked-connection.ts';
import { isResourceKind, resourcePath, type ResourceKind } from './resource.ts';
import { openTransport, type Transport } from './transport.ts';

/** An object to apply: a manifest as JSON. */
export interface AppliedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

export interface LiveByKind {
  readonly Pod: LivePod;
  readonly Deployment: LiveDeployment;
  readonly ReplicaSet: LiveReplicaSet;
  readonly Job: LiveJob;
  readonly EndpointSlice: LiveEndpointSlice;
  readonly Node: LiveNode;
  readonly Event: LiveEvent;
}
export type WatchedKind = keyof LiveByKind;

export interface LiveList<K extends WatchedKind> {
  readonly resourceVersion: string;
  readonly items: readonly LiveByKind[K][];
}

/** Fields that the harness sets are its own; kubectl's would be `kubectl`. */
const FIELD_MANAGER = 'rollout-sim';

export class KubernetesClient {
  readonly namespace: string;
  readonly #transport: Transport;

  constructor(transport: Transport, namespace: string) {
    this.#transport = transport;
    this.namespace = namespace;
  }

  /** @throws EnvironmentError when the kubeconfig leads anywhere but to 127.0.0.1 */
  static async connect(
    cluster: Pick<RunningCluster, 'name' | 'kubeconfig'>,
    namespace: string,
  ): Promise<KubernetesClient> {
    return new KubernetesClient(openTransport(await lockedConnection(cluster)), namespace);
  }

  /** Server-side apply: creates the object or makes it as the manifest says, whoever set its fields before. */
  async apply(
    object: AppliedObject,
    signal?: AbortSignal,
    fieldManager: string = FIELD_MANAGER,
  ): Promise<LiveObject> {
    const { kind, metadata } = object;
    if (!isResourceKind(kind)) throw new Error(`the harness knows no path for objects of kind ${kind}`);
    return (await this.#transport.call({
      method: 'PATCH',
      path: resourcePath(kind, this.namespace, metadata.name),
      query: { fieldManager, force: 'true' },
      // YAML's content type, which JSON is too: server-side apply takes no other.
      contentType: 'application/apply-patch+yaml',
      body: object,
      signal,
    })) as LiveObject;
  }

  async create(object: AppliedObject, signal?: AbortSignal): Promise<LiveObject> {
    const { kind } = object;
    if (!isResourceKind(kind)) throw new Error(`the harness knows no path for objects of kind ${kind}`);
    const path = resourcePath(kind, this.namespace, null);
    return (await this.#transport.call({ method: 'POST', path, body: object, signal })) as LiveObject;
  }

  /** null: there is no such object. */
  async read<K extends WatchedKind>(
    kind: K,
    name: string,
    signal?: AbortSignal,
  ): Promise<LiveByKind[K] | null> {
    return (await this.readAny(kind, name, signal)) as LiveByKind[K] | null;
  }

  async readAny(kind: ResourceKind, name: string, signal?: AbortSignal): Promise<LiveObject | null> {
    try {
      const path = resourcePath(kind, this.namespace, name);
      return (await this.#transport.call({ method: 'GET', path, signal })) as LiveObject;
    } catch (error) {
      if (isStatus(error, 404)) return null;
      throw error;
    }
  }

  async list<K extends WatchedKind>(
    kind: K,
    query: Readonly<Record<string, string>> = {},
    signal?: AbortSignal,
  ): Promise<LiveList<K>> {
    const path = resourcePath(kind, this.namespace, null);
    const { metadata, items } = (await this.#transport.call({ method: 'GET', path, query, signal })) as {
      metadata: { resourceVersion: string };
      items: LiveByKind[K][];
    };
    return { resourceVersion: metadata.resourceVersion, items };
  }

  /** A merge patch: the given fields, as they are to be; null takes one away. */
  async merge(kind: ResourceKind, name: string, change: unknown, signal?: AbortSignal): Promise<LiveObject> {
    return this.#patch(kind, name, change, 'application/merge-patch+json', signal);
  }

  /** A strategic merge patch: lists are merged by their key, such as containers by name. */
  async mergeStrategically(
    kind: ResourceKind,
    name: string,
    change: unknown,
    signal?: AbortSignal,
  ): Promise<LiveObject> {
    return this.#patch(kind, name, change, 'application/strategic-merge-patch+json', signal);
  }

  /** A JSON patch (RFC 6902), for replacing a whole field. */
  async jsonPatch(
    kind: ResourceKind,
    name: string,
    operations: readonly { readonly op: string; readonly path: string; readonly value?: unknown }[],
    signal?: AbortSignal,
  ): Promise<LiveObject> {
    return this.#patch(kind, name, operations, 'application/json-patch+json', signal);
  }

  async #patch(
    kind: ResourceKind,
    name: string,
    body: unknown,
    contentType: string,
    signal?: AbortSignal,
  ): Promise<LiveObject> {
    const path = resourcePath(kind, this.namespace, name);
    const query = { fieldManager: FIELD_MANAGER };
    return (await this.#transport.call({
      method: 'PATCH',
      path,
      query,
      body,
      contentType,
      signal,
    })) as LiveObject;
  }

  /** @param gracePeriodSeconds null: the object's own. @returns whether there was such an object */
  async remove(
    kind: ResourceKind,
    name: string,
    gracePeriodSeconds: number | null = null,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
      ...(gracePeriodSeconds === null ? {} : { gracePeriodSeconds }),
    };
    try {
      const path = resourcePath(kind, this.namespace, name);
      await this.#transport.call({ method: 'DELETE', path, body, signal });
      return true;
    } catch (error) {
      if (isStatus(error, 404)) return false;
      throw error;
    }
  }

  /** Asks the Eviction API (R-PDB-3). @throws ApiError: 429 when a budget forbids it, 404 when the pod is gone */
  async evict(pod: string, gracePeriodSeconds: number | null, signal?: AbortSignal): Promise<void> {
    await this.#transport.call({
      method: 'POST',
      path: `${resourcePath('Pod', this.namespace, pod)}/eviction`,
      body: {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: pod, namespace: this.namespace },
        ...(gracePeriodSeconds === null ? {} : { deleteOptions: { gracePeriodSeconds } }),
      },
      signal,
    });
  }

  /** Lines of a watch from a version on; each is one JSON value. @param answered is told once the watch stands */
  watchLines(
    kind: WatchedKind,
    resourceVersion: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
    answered?: () => void,
  ): AsyncIterable<string> {
    return this.#transport.lines({
      method: 'GET',
      path: resourcePath(kind, this.namespace, null),
      query: { ...query, watch: 'true', allowWatchBookmarks: 'true', resourceVersion },
      signal,
      answered,
    });
  }

  /** What a container writes, as it writes it, until it has ended. */
  logLines(pod: string, container: string, signal: AbortSignal): AsyncIterable<string> {
    return this.#transport.lines({
      method: 'GET',
      path: `${resourcePath('Pod', this.namespace, pod)}/log`,
      query: { container, follow: 'true' },
      signal,
    });
  }

  /** Milliseconds that the smallest question takes. @throws ApiUnreachable */
  async ping(signal?: AbortSignal): Promise<void> {
    await this.#transport.call({ method: 'GET', path: '/version', signal });
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }
}
