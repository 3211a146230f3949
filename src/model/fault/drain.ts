/** `kubectl drain` of a node and, later, its uncordon (R-DRN-1, R-DRN-2). */
import { SECOND_MS } from '../../kernel/time.ts';
import { Drain, setUnschedulable } from '../cluster/drain/drain.ts';
import { NOTHING_HIT } from '../../scenario/fault-hits.ts';
import type { BeginFault } from './fault-course.ts';

/** A drain that got nowhere for so long, two of its retries and more, is taken to be stuck (R-PDB-4). */
const STUCK_MS = 12 * SECOND_MS;

export const drain: BeginFault<'drain'> = (world, action) => {
  const { client, simulation } = world;
  const { node, gracePeriodSeconds, timeoutMs, uncordonAfterMs } = action;
  let course: Drain | null = null;
  return {
    hits: { ...NOTHING_HIT, node },
    lastsMs: uncordonAfterMs,
    get underWay(): boolean {
      return course?.state === 'draining' && simulation.nowMs - course.lastProgressMs < STUCK_MS;
    },
    apply() {
      course = new Drain(world, client, { node, gracePeriodSeconds, timeoutMs });
    },
    recover() {
      setUnschedulable(world, client, node, false);
    },
  };
};
