/** A shared dependency is down: whatever checks it fails, on all pods alike, until it is back (R-APP-6 to R-APP-8). */
import { NOTHING_HIT } from '../../scenario/fault-hits.ts';
import type { BeginFault } from './chaos-world.ts';

export const dependencyOutage: BeginFault<'dependency-outage'> = async (
  world,
  { dependency, durationMs },
) => {
  const { dependencies, note } = world;
  const object = `dependency/${dependency}`;
  let down = false;
  return Promise.resolve({
    hits: { ...NOTHING_HIT, dependency },
    lastsMs: durationMs,
    underWay: false,
    async apply() {
      note('dependency-down', object);
      down = true;
      await dependencies.set(dependency, false);
    },
    async recover() {
      if (!down) return;
      await dependencies.set(dependency, true);
      down = false;
      note('dependency-up', object);
    },
  });
};
