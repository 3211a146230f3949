/** Where the build reads from and writes to. Nothing is written inside the project. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeImageFolder } from '../../../src/harness/cluster/node-image.ts';

export const SOURCES: string = fileURLToPath(new URL('.', import.meta.url));

const folder = nodeImageFolder();
/** What the stages have built. */
export const OUT: string = join(folder, 'out');
export const PROGRAMS: string = join(OUT, 'bin');
export const NETWORK_PLUGINS: string = join(OUT, 'cni');
/** Container images as archives, as the node image carries them. */
export const IMAGES: string = join(OUT, 'images');
export const ROOT_FILE_SYSTEM: string = join(OUT, 'root-file-system.tar');
export const NODE_ARCHIVE: string = join(OUT, 'node-image.tar');
/** One file for each stage that is done, with the key of what it was made from. */
export const DONE: string = join(folder, 'done');
export const LOGS: string = join(folder, 'log');
/** Emptied after each stage. */
export const SCRATCH: string = join(folder, 'scratch');

/** Go's own caches, which make a build after a small change quick. */
export const GO_ENVIRONMENT: Readonly<Record<string, string>> = {
  GOMODCACHE: join(folder, 'gomod'),
  GOCACHE: join(folder, 'gocache'),
  // With pinned sums alone: nothing is resolved anew.
  GOFLAGS: '-mod=readonly -trimpath -buildvcs=false',
  GOTOOLCHAIN: 'local',
  GOWORK: 'off',
  CGO_ENABLED: '0',
  GOOS: 'linux',
};
