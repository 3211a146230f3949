/** The node's Debian, from the package sources that this machine itself uses. */
import { existsSync, mkdirSync } from 'node:fs';

import { OUT, ROOT_FILE_SYSTEM } from '../build-folders.ts';
import { loggedCommand } from '../logged-command.ts';
import type { Stage } from '../stage.ts';
import { DEBIAN, NODE_PACKAGES } from '../versions.ts';

/** The newer place and the older one; without either, mmdebstrap takes Debian's own mirror. */
const DEBIAN_SOURCES = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'];

const LEFT_OUT = ['doc', 'man', 'locale', 'info'];

export const ROOT_FILE_SYSTEM_STAGE: Stage = {
  name: 'root-file-system',
  after: [],
  sources: [],
  settings: [DEBIAN, NODE_PACKAGES.join(','), LEFT_OUT.join(',')],
  results: [ROOT_FILE_SYSTEM],
  async build() {
    mkdirSync(OUT, { recursive: true });
    const sources = DEBIAN_SOURCES.filter((file) => existsSync(file)).slice(0, 1);
    await loggedCommand(
      'mmdebstrap',
      [
        '--mode=root',
        '--variant=minbase',
        '--aptopt=Acquire::Languages "none"',
        ...LEFT_OUT.map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`),
        `--include=${NODE_PACKAGES.join(',')}`,
        DEBIAN,
        ROOT_FILE_SYSTEM,
        ...sources,
      ],
      { log: 'root-file-system' },
    );
  },
};
