/**
 * The kubelet of one node: runs the pods that are bound to it, from their first sight to the removal of their objects,
 * and reports what it sees (rules R-POD). Each pod has a worker; they share the node's services.
 */
import { SECOND_MS, type TimeMs } from '../../../kernel/time.ts';
import type { NodeSpec } from '../../../scenario/scenario.ts';
import type { ClusterContext } from '../cluster-context.ts';
import type { Informer } from '../informer.ts';
import type { ContainerRuntime } from '../container-runtime.ts';
import type { PodObject } from '../objects.ts';
import { BackOff, crashLoopSettings, DEFAULT_CRASH_LOOP_GATES } from './back-off.ts';
import { ImagePuller } from './image-puller.ts';
import type { NodeServices } from './node-services.ts';
import { PodWorker } from './pod-worker.ts';
import { StatusManager } from './status-manager.ts';

/** R-GEN-4. */
const CLIENT_QPS = 50;
const CLIENT_BURST = 100;

export class Kubelet {
  readonly #node: NodeSpec;
  readonly #services: NodeServices;
  readonly #pods: Informer<'Pod'>;
  /** By uid: a pod may be gone from the API, and its name taken again, while its containers still end. */
  readonly #workers = new Map<string, PodWorker>();

  constructor(context: ClusterContext, node: NodeSpec, runtime: ContainerRuntime) {
    this.#node = node;
    this.#services = nodeServices(context, node, runtime);
    this.#pods = context.api.watch(
      'Pod',
      `kubelet/${node.name}`,
      {
        // The kubelet's watch has the field selector spec.nodeName.
        selects: ({ nodeName }) => nodeName === node.name,
        concerns: (pod, old) => pod === null || old === null || concernsWorker(pod, old),
        changed: (pod) => {
          this.#changed(pod);
        },
        removed: (pod) => {
          this.#workers.get(pod.uid)?.vanished();
        },
      },
      context.link,
    );
    context.api.observePodRemovals((pod) => {
      this.#noteRemoval(pod);
    });
  }

  /** R-NOD-9: the node has lost power and is back: the pods bound to it are still there, their processes are not. */
  boot(): void {
    for (const pod of this.#pods.values()) {
      if (pod.phase === 'Succeeded' || pod.phase === 'Failed') continue;
      this.#cacheImages(pod);
      const worker = this.#worker(pod);
      if (pod.phase === 'Running' && pod.deletionMs === null) worker.restart();
      else worker.start();
    }
  }

  /** Cut off or suspended for a while: what it says of its pods may not be what the API says (R-NOD-3). */
  reconcile(): void {
    this.#services.statusManager.reconcile();
  }

  /** Takes over a pod of the settled state, which the API server has as Running and Ready. */
  adopt(pod: PodObject): void {
    this.#cacheImages(pod);
    this.#worker(pod).adopt();
  }

  #cacheImages({ template: { initContainers, containers } }: PodObject): void {
    for (const { image } of [...initContainers, ...containers]) this.#services.imagePuller.addCached(image);
  }

  /** R-CHX-7: the runtime kills containers of a pod here; the kubelet will find out. */
  killContainers(uid: string, names: readonly string[]): void {
    this.#workers.get(uid)?.crash(names);
  }

  #changed(pod: PodObject): void {
    const worker = this.#workers.get(pod.uid);
    if (worker !== undefined) worker.update(pod);
    else if (pod.phase === 'Pending' || pod.phase === 'Running') this.#worker(pod).start();
  }

  #worker(pod: PodObject): PodWorker {
    const worker = new PodWorker(this.#services, pod, () => {
      this.#workers.delete(pod.uid);
    });
    this.#workers.set(pod.uid, worker);
    return worker;
  }

  #noteRemoval(pod: PodObject): void {
    if (
      this.#pods.isLost ||
      pod.nodeName !== this.#node.name ||
      !this.#services.statusManager.isRemoving(pod.name)
    )
      return;
    this.#services.context.timeline.note('pod-gone', `pod/${pod.name}`);
  }
}

/** Of what the API stores of a pod, its worker acts on the binding, on a deletion and on other images; its status is its own. */
function concernsWorker(pod: PodObject, old: PodObject): boolean {
  return (
    pod.nodeName !== old.nodeName ||
    pod.deletionMs !== old.deletionMs ||
    pod.deletionGraceSeconds !== old.deletionGraceSeconds ||
    pod.imagesReplaced !== old.imagesReplaced
  );
}

function nodeServices(context: ClusterContext, node: NodeSpec, runtime: ContainerRuntime): NodeServices {
  const { simulation, streams, latencies, api, cluster } = context;
  const phases = streams.stream('kubelet-phase', node.name);
  const relistPhaseMs = SECOND_MS * phases.unit();
  const queuePhaseMs = SECOND_MS * phases.unit();
  const { initial, max, expiry } = crashLoopSettings(DEFAULT_CRASH_LOOP_GATES);
  return {
    context,
    runtime,
    imagePuller: new ImagePuller({
      simulation,
      latencies,
      serialize: cluster.serializeImagePulls,
      cachedImages: cluster.cachedImages,
    }),
    statusManager: new StatusManager(
      context,
      api.client(`kubelet/${node.name}`, CLIENT_QPS, CLIENT_BURST, context.link),
    ),
    crashBackOff: new BackOff({
      initial: initial * SECOND_MS,
      max: max * SECOND_MS,
      expiry: expiry * SECOND_MS,
    }),
    nextRelistMs: () => nextTick(simulation.nowMs, relistPhaseMs),
    queueCheckMs: (timeMs) => nextTick(timeMs, queuePhaseMs),
  };
}

/** The first instant after `timeMs` of a clock that ticks each second. */
function nextTick(timeMs: TimeMs, phaseMs: TimeMs): TimeMs {
  return phaseMs + (Math.floor((timeMs - phaseMs) / SECOND_MS) + 1) * SECOND_MS;
}
