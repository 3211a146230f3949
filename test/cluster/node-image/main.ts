/**
 * `npm run cluster:image`: builds the kind node image, and kind, from Go modules and Debian packages, for machines that
 * reach no image registry. It can be broken off and called again: what is done is not done twice.
 */
import { forgetState, newState, readState, writeState } from '../../../src/harness/cluster/state-file.ts';
import { dockerOrOwn, undoChanges, type ChangeLog } from '../../../src/harness/cluster/host-changes.ts';
import type { HostChange } from '../../../src/harness/cluster/host-change.ts';
import { ownDaemonOptions, readNodeImage } from '../../../src/harness/cluster/node-image.ts';
import type { Docker } from '../../../src/harness/docker/docker.ts';
import { EnvironmentError } from '../../../src/harness/environment-error.ts';
import { join } from 'node:path';
import { PROGRAMS } from './build-folders.ts';
import { checkMachine, installHostPackages } from './host-packages.ts';
import { INTERRUPTED, interruptOnSignals } from './interruption.ts';
import { runStage, type Stage } from './stage.ts';
import { GO_STAGES } from './stages/go-programs.ts';
import { kubernetesImagesStage } from './stages/kubernetes-images.ts';
import { nodeImageStage } from './stages/node-image.ts';
import { ROOT_FILE_SYSTEM_STAGE } from './stages/root-file-system.ts';
import { smokeTestStage } from './stages/smoke-test.ts';

const EXIT_ENVIRONMENT = 3;
const EXIT_INTERRUPTED = 130;
/** The build's own entry among the state files, so that a daemon it left behind is found again. */
const STATE = 'node-image-build';

const print = (line: string): void => console.log(line);

async function main(): Promise<void> {
  await checkMachine();
  const startedMs = Date.now();
  const log = changeLog();
  let docker: Promise<Docker> | null = null;
  const openDocker = async (): Promise<Docker> =>
    (docker ??= dockerOrOwn(log, ownDaemonOptions(join(PROGRAMS, 'runtime-wrapper'))));
  const stages: readonly Stage[] = [
    ...GO_STAGES,
    ROOT_FILE_SYSTEM_STAGE,
    kubernetesImagesStage(openDocker),
    nodeImageStage(openDocker),
    smokeTestStage(openDocker),
  ];
  try {
    await timed('debian-packages', installHostPackages);
    for (const stage of stages) await runStage(stage, print);
  } finally {
    await undoChanges(log.changes, print);
    forgetState(STATE);
  }
  const { image } = readNodeImage();
  print(
    `${image} is ready after ${((Date.now() - startedMs) / 1000).toFixed(0)} s: sim cluster up --node-image`,
  );
}

async function timed(name: string, work: () => Promise<void>): Promise<void> {
  const startedMs = Date.now();
  await work();
  print(`${name.padEnd(18)} ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
}

function changeLog(): ChangeLog {
  const changes: HostChange[] = [...(readState(STATE)?.changes ?? [])];
  return {
    changes,
    tell: print,
    add(change) {
      changes.push(change);
      writeState({ ...newState(STATE, true), changes });
    },
  };
}

interruptOnSignals();
try {
  await main();
} catch (error) {
  if (INTERRUPTED.aborted) {
    console.error('Broken off; called again, it goes on from here.');
    process.exitCode = EXIT_INTERRUPTED;
  } else if (error instanceof EnvironmentError) {
    console.error(error.message);
    process.exitCode = EXIT_ENVIRONMENT;
  } else throw error;
}
