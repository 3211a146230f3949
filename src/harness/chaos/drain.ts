/**
 * `kubectl drain` of a node through the Eviction API, and its uncordon (R-DRN-1, R-DRN-2): cordon, evict all pods at
 * once, try each refused eviction again every 5 s, and poll until each object is gone.
 */
import { SECOND_MS } from '../../kernel/time.ts';
import type { FaultAction } from '../../scenario/fault.ts';
import { ApiError, isStatus } from '../kubernetes/api-error.ts';
import { setUnschedulable } from '../kubernetes/kubectl.ts';
import { controllerOf, type LivePod } from '../kubernetes/live-objects.ts';
import { NOTHING_HIT } from '../../scenario/fault-hits.ts';
import type { BeginFault, ChaosWorld, FaultCourse } from './chaos-world.ts';

const RETRY_MS = 5 * SECOND_MS;
const POLL_MS = SECOND_MS;
/** A drain that got nowhere for so long, two of its retries and more, is taken to be stuck (R-PDB-4). */
const STUCK_MS = 12 * SECOND_MS;

type DrainAction = Extract<FaultAction, { readonly kind: 'drain' }>;

export const drain: BeginFault<'drain'> = async (world, action) => Promise.resolve(new Drain(world, action));

class Drain implements FaultCourse {
  readonly hits: FaultCourse['hits'];
  readonly lastsMs: number | null;
  readonly #world: ChaosWorld;
  readonly #action: DrainAction;
  readonly #stop = new AbortController();
  #draining = false;
  #cordoned = false;
  #lastProgressMs = 0;

  constructor(world: ChaosWorld, action: DrainAction) {
    this.#world = world;
    this.#action = action;
    this.hits = { ...NOTHING_HIT, node: action.node };
    this.lastsMs = action.uncordonAfterMs;
  }

  get underWay(): boolean {
    return this.#draining && performance.now() - this.#lastProgressMs < STUCK_MS;
  }

  async apply(): Promise<void> {
    const { client, nodeNames } = this.#world;
    const { node, timeoutMs } = this.#action;
    const live = nodeNames.live(node);
    await setUnschedulable(client, live, true);
    this.#cordoned = true;
    this.#draining = true;
    this.#progressed();
    const { items } = await client.list('Pod', { fieldSelector: `spec.nodeName=${live}` });
    const pods = items.filter((pod) => controllerOf(pod, 'DaemonSet') === null);
    const course = Promise.all(pods.map(async (pod) => this.#evict(pod)));
    const timer =
      timeoutMs === null
        ? null
        : setTimeout(() => {
            this.#stop.abort();
          }, timeoutMs);
    // The drain goes on by itself: the replay does not wait for it here.
    void course
      .then(
        (failures) => {
          this.#ended(failures.find((failure) => failure !== null) ?? null);
        },
        (error: unknown) => {
          this.#ended(error instanceof Error ? error.message : String(error));
        },
      )
      .finally(() => {
        if (timer !== null) clearTimeout(timer);
      });
  }

  async recover(): Promise<void> {
    const { client, nodeNames } = this.#world;
    if (this.#cordoned) await setUnschedulable(client, nodeNames.live(this.#action.node), false);
    this.#cordoned = false;
  }

  /** @returns null once its object is gone; otherwise why the drain ends without it */
  async #evict({ metadata: { name, uid } }: LivePod): Promise<string | null> {
    const { client, note, wait } = this.#world;
    let told = false;
    for (;;) {
      if (this.#isOver) return `its timeout is over with pod ${name} left`;
      try {
        await client.evict(name, this.#action.gracePeriodSeconds);
        note('pod-evicted', `pod/${name}`, { node: this.#action.node });
        this.#progressed();
        return await this.#awaitRemoval(name, uid);
      } catch (error) {
        if (isStatus(error, 404)) return null;
        // R-PDB-3: 429 is a budget's no. Anything else kubectl does not try again.
        if (!isStatus(error, 429)) throw error;
        if (!told)
          note('eviction-refused', `pod/${name}`, { node: this.#action.node, detail: refusalText(error) });
        told = true;
        await wait(RETRY_MS);
      }
    }
  }

  async #awaitRemoval(name: string, uid: string): Promise<string | null> {
    const { client, wait } = this.#world;
    for (;;) {
      const pod = await client.read('Pod', name);
      if (pod?.metadata.uid !== uid) break;
      if (this.#isOver) return `its timeout is over while pod ${name} terminates`;
      await wait(POLL_MS);
    }
    this.#progressed();
    return null;
  }

  get #isOver(): boolean {
    return this.#stop.signal.aborted || this.#world.signal.aborted;
  }

  #progressed(): void {
    this.#lastProgressMs = performance.now();
  }

  #ended(failure: string | null): void {
    this.#draining = false;
    if (this.#world.signal.aborted) return;
    const object = `node/${this.#action.node}`;
    if (failure === null) this.#world.note('drain-complete', object);
    else this.#world.note('drain-given-up', object, { detail: failure });
  }
}

/** The server names the budget in a sentence of its own: `The disruption budget web needs 3 healthy pods and has 3 currently`. */
export function refusalText(error: unknown): string {
  if (!(error instanceof ApiError)) return '';
  const budget = error.causes
    .map((cause) => /^The disruption budget (?<name>\S+) /u.exec(cause)?.groups?.['name'])
    .find((name) => name !== undefined);
  return budget === undefined ? error.message : `budget ${budget} allows no disruption`;
}
