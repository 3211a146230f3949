/** In the place of the harness's own: the stand-in cluster without Docker, and real callers in a process of their own. */
import { EnvironmentError } from '../../../../src/harness/environment-error.ts';
import type { ReplayParts } from '../../../../src/harness/experiment/replay-parts.ts';
import { builtInLoad } from '../../../../src/harness/load/built-in-load.ts';
import { standInManifests } from '../manifests.ts';
import { standIn } from './stand-in.ts';

const absent = async (): Promise<never> => Promise.reject(new Error('a stand-in has no nodes to take down'));

let replays = 0;

export async function openReplay(): Promise<ReplayParts> {
  const { cluster, failingReplay, goneFromReplay = Number.POSITIVE_INFINITY } = standIn();
  replays += 1;
  const ordinal = replays;
  if (ordinal >= goneFromReplay) throw new EnvironmentError('No cluster is up.');
  return Promise.resolve({
    cluster,
    nodes: { exec: absent, pause: absent, unpause: absent, kill: absent, start: absent },
    load: builtInLoad(cluster),
    machine: { cpus: 4, memoryBytes: 16 * 1024 ** 3 },
    watchProxies: null,
    forgetConnections: null,
    nodeCpu: null,
    prepareManifests: async (scenario) => {
      if (ordinal === failingReplay) throw new EnvironmentError('The image cannot be built.');
      return Promise.resolve(standInManifests(scenario));
    },
  });
}
