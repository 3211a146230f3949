/** Creates and deletes pods for a controller and writes both down in the timeline at the instant they are stored. */
import type { Simulation } from '../../../kernel/simulation.ts';
import type { TimeMs } from '../../../kernel/time.ts';
import type { Timeline } from '../../timeline.ts';
import type { ApiClient, NewObject, WriteResult } from '../api-server.ts';

export type PodWritten = (result: WriteResult<'Pod'>) => void;

export class PodWriter {
  readonly #simulation: Simulation;
  readonly #timeline: Timeline;
  readonly #client: ApiClient;

  constructor(simulation: Simulation, timeline: Timeline, client: ApiClient) {
    this.#simulation = simulation;
    this.#timeline = timeline;
    this.#client = client;
  }

  create(pod: NewObject<'Pod'>, done: PodWritten): void {
    this.#client.create<'Pod'>({ ...pod, kind: 'Pod' }, done, (result) => {
      if (result.ok) this.#timeline.note('pod-created', `pod/${pod.name}`);
      else if (result.reason === 'refused')
        this.#timeline.note('pod-refused', `pod/${pod.name}`, { detail: result.message });
    });
  }

  /** @param graceSeconds null: the pod's own grace period (R-RS-2) */
  delete(name: string, done: PodWritten | null, graceSeconds: number | null = null): void {
    this.#client.deletePod(name, graceSeconds, done ?? undefined, (result) => {
      noteDeletion(this.#timeline, name, result, this.#simulation.nowMs);
    });
  }
}

/** Writes down a deletion that has just been stored. */
export function noteDeletion(
  timeline: Timeline,
  name: string,
  result: WriteResult<'Pod'>,
  nowMs: TimeMs,
): void {
  // A pod whose deletion someone else had begun before is not noted again.
  if (!result.ok || (result.object.deletionMs ?? nowMs) !== nowMs) return;
  timeline.note('pod-terminating', `pod/${name}`);
  // Without a node, once finished, or with no grace it is removed by the same call (R-POD-16, R-POD-23).
  if (result.object.deletionMs === null) timeline.note('pod-gone', `pod/${name}`);
}
