/** A shared dependency is down: whatever checks it fails, on all pods alike, until it is back (R-APP-6 to R-APP-8). */
import { NOTHING_HIT } from '../../scenario/fault-hits.ts';
import type { BeginFault } from './fault-course.ts';

export const dependencyOutage: BeginFault<'dependency-outage'> = (world, { dependency, durationMs }) => {
  const { dependencies, timeline } = world;
  const object = `dependency/${dependency}`;
  return {
    hits: { ...NOTHING_HIT, dependency },
    lastsMs: durationMs,
    underWay: false,
    apply() {
      timeline.note('dependency-down', object);
      dependencies.fail(dependency);
    },
    recover() {
      dependencies.restore(dependency);
      timeline.note('dependency-up', object);
    },
  };
};
