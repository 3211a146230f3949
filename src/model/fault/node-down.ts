/** A node that loses power, stands still, or loses its network, and its return (R-NOD-1 to R-NOD-10). */
import { MINUTE_MS } from '../../kernel/time.ts';
import { NOTHING_HIT } from '../../scenario/fault-hits.ts';
import type { BeginFault } from './fault-course.ts';

/** Heartbeats are missed after a minute and pods deleted 300 s later (R-NOD-7); nothing more comes after this. */
const LAST_EVICTION_MS = 8 * MINUTE_MS;

/** A node that is down already is left as it is. */
export const nodeDown: BeginFault<'node-down'> = (world, { node, effect, durationMs }) => {
  const { api, simulation, nodes, downNodes } = world;
  const host = nodes.get(node);
  const beganMs = simulation.nowMs;
  const takes = host !== undefined && !downNodes.has(node);
  return {
    hits: { ...NOTHING_HIT, node },
    lastsMs: durationMs,
    /** For good: until its pods have been given up. */
    get underWay(): boolean {
      if (durationMs !== null || simulation.nowMs - beganMs > LAST_EVICTION_MS || !world.evictsPods())
        return false;
      const pods = [...api.readAll('Pod').values()];
      return pods.some((pod) => pod.nodeName === node && pod.deletionMs === null);
    },
    apply() {
      if (!takes) return;
      downNodes.set(node, durationMs === null ? 'for-good' : 'for-a-while');
      if (effect === 'crash') host.crash();
      else if (effect === 'pause') host.pause();
      else host.cutOff();
    },
    recover() {
      if (!takes) return;
      downNodes.delete(node);
      if (effect === 'crash') host.boot();
      else if (effect === 'pause') host.resume();
      else host.rejoin();
    },
  };
};
