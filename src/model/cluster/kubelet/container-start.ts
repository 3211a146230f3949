/**
 * Starts one container within a sync (R-POD-4, 6, 26): back-off, image, the runtime's own time, then postStart, which
 * holds up everything after it.
 */
import { SECOND_MS, type DurationMs } from '../../../kernel/time.ts';
import type { PodObject } from '../objects.ts';
import type { PodContainer } from './container.ts';
import { runHook } from './hook.ts';
import type { NodeServices } from './node-services.ts';

/** How long a sync waits after an error without a time of its own. */
const ERROR_RETRY_MS: DurationMs = 10 * SECOND_MS;

export interface StartParts {
  readonly node: NodeServices;
  readonly pod: PodObject;
  readonly container: PodContainer;
  /** R-POD-3: the pod's first container is covered by `containerStart`. */
  readonly first: boolean;
  /** Whether the sync that starts it still counts. */
  readonly live: () => boolean;
  /** Registers what breaks off a hook. */
  readonly onAbandon: (stop: () => void) => void;
}

/** @param done called with how long until it is worth trying again; null: it has started */
export function startContainer(parts: StartParts, done: (retryMs: DurationMs | null) => void): void {
  const { node, pod, container, first, live } = parts;
  const { simulation, latencies } = node.context;
  const waitMs = crashBackOff(parts);
  if (waitMs > 0) {
    done(waitMs);
    return;
  }
  const entity = `${pod.streamKey}/${container.name}`;
  node.imagePuller.ensure(container.toRun, entity, (present) => {
    if (!live()) return;
    if (!present) {
      done(ERROR_RETRY_MS);
      return;
    }
    const startMs = first ? 0 : latencies.sample('containerRestart', entity);
    simulation.after(startMs, () => {
      if (!live()) return;
      container.launch((restart, exited) => node.runtime.start(pod, container.toRun, restart, exited));
      runPostStart(parts, done);
    });
  });
}

/** R-POD-26: how long the container still has to wait; 0 counts as its next step. */
function crashBackOff({ node, pod, container }: StartParts): DurationMs {
  const { lastExitMs } = container.seen;
  if (lastExitMs === null) return 0;
  const key = `${pod.uid}/${container.name}`;
  const { nowMs } = node.context.simulation;
  if (node.crashBackOff.inBackOffSince(key, lastExitMs, nowMs)) {
    return lastExitMs + node.crashBackOff.get(key) - nowMs;
  }
  node.crashBackOff.next(key, lastExitMs, nowMs);
  return 0;
}

function runPostStart({ node, container, onAbandon }: StartParts, done: (retryMs: null) => void): void {
  const hook = container.spec.postStart;
  if (hook === null) {
    done(null);
    return;
  }
  onAbandon(
    runHook(node.context.simulation, hook, container, () => {
      done(null);
    }),
  );
}
