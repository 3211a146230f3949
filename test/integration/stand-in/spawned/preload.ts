/**
 * Preloaded into the program (`node --import`): `sim replay` and `sim calibrate` find the stand-in cluster of the test
 * that started it, and its waits. Modules are replaced as they are resolved, so that the program itself has no part that is there for tests.
 */
import { registerHooks } from 'node:module';

const REPLACED: Readonly<Record<string, string>> = {
  '/src/harness/experiment/open-replay.ts': new URL('open-replay.ts', import.meta.url).href,
  '/src/harness/experiment/replay-options.ts': new URL('replay-options.ts', import.meta.url).href,
  '/src/harness/cluster/find-cluster.ts': new URL('find-cluster.ts', import.meta.url).href,
  '/src/harness/workload/image.ts': new URL('image.ts', import.meta.url).href,
  '/src/harness/calibrate/pace.ts': new URL('../calibration-pace.ts', import.meta.url).href,
};

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    const found = Object.entries(REPLACED).find(([path]) => resolved.url.endsWith(path));
    return found === undefined ? resolved : { ...resolved, url: found[1] };
  },
});
