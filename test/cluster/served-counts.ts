/** What the servers themselves count, read from their logs beside a replay: the other side of its bookkeeping. */
import type { RunningCluster } from '../../src/harness/cluster.ts';
import { KubernetesClient } from '../../src/harness/kubernetes/client.ts';
import { watch } from '../../src/harness/kubernetes/watch.ts';
import { readLifeLine, type ServedCounts } from '../../src/harness/workload/life-line.ts';

const NAMESPACE = 'rollout-sim';
const RETRY_MS = 200;

export class ServedCountsReader {
  readonly #client: KubernetesClient;
  readonly #stop = new AbortController();
  readonly #counts = new Map<string, ServedCounts>();
  readonly #open = new Set<Promise<void>>();
  readonly #ended: Promise<void>;

  private constructor(client: KubernetesClient) {
    this.#client = client;
    const followed = new Set<string>();
    const { ended } = watch({
      client,
      kind: 'Pod',
      signal: this.#stop.signal,
      changed: (pod) => {
        for (const { name, containerID, state } of pod?.status.containerStatuses ?? []) {
          if (pod === null || containerID === undefined || followed.has(containerID)) continue;
          if (state?.running === undefined) continue;
          followed.add(containerID);
          this.#open.add(this.#follow(pod.metadata.name, name, containerID));
        }
      },
    });
    this.#ended = ended;
  }

  static async open(cluster: RunningCluster): Promise<ServedCountsReader> {
    return new ServedCountsReader(await KubernetesClient.connect(cluster, NAMESPACE));
  }

  /** Answered requests of each container that ever ran, by container id. To be asked once every pod is gone. */
  async finish(): Promise<ReadonlyMap<string, ServedCounts>> {
    await Promise.all(this.#open);
    this.#stop.abort();
    await this.#ended;
    await this.#client.close();
    return this.#counts;
  }

  async #follow(pod: string, container: string, id: string): Promise<void> {
    for (let tries = 0; tries < 20; tries++) {
      try {
        for await (const line of this.#client.logLines(pod, container, this.#stop.signal)) {
          const counts = readLifeLine(line)?.counts;
          if (counts !== undefined) this.#counts.set(id, counts);
        }
        return;
      } catch {
        // The container's log is there a moment after the container is.
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}
