/**
 * Brings the cluster up, or finds it up already; one that is half up is repaired, or removed and made anew. Whatever
 * goes wrong, and on Ctrl-C, what this call started is taken away again.
 */
import { existsSync } from 'node:fs';
import type { RunningCluster } from '../cluster.ts';
import { startContainer, unpauseContainer } from '../docker/containers.ts';
import type { Docker } from '../docker/docker.ts';
import { findDocker } from '../docker/find-docker.ts';
import { EnvironmentError } from '../environment-error.ts';
import { takeDown } from './cluster-down.ts';
import { withClusterLock } from './cluster-lock.ts';
import { probeEntrances } from './entrance-probe.ts';
import { describeCluster } from './find-cluster.ts';
import { checkFreePorts } from './free-ports.ts';
import { dockerOrOwn, giveCallersAddresses, prepareHostForTraffic, undoChanges } from './host-changes.ts';
import { createKindCluster, findKind } from './kind.ts';
import { forNodeImage, kindConfigText, portsOf, readKindConfig, type KindConfig } from './kind-config.ts';
import { kindNodes } from './kind-nodes.ts';
import { ownDaemonOptions, provideNodeImage, readNodeImage, type NodeImage } from './node-image.ts';
import { hasKindNetwork, removeNodes } from './node-removal.ts';
import { uncordonNodes } from './uncordon-nodes.ts';
import { setUpPodNetwork, setKernel } from './pod-network.ts';
import { firstProblem, READINESS_CHECKS, waitForChecks, type Readiness } from './readiness.ts';
import {
  forgetState,
  kubeconfigFile,
  newState,
  readState,
  writeState,
  type ClusterState,
} from './state-file.ts';
import { stateLog, updateState } from './state-log.ts';

export interface UpOptions {
  readonly name: string;
  /** With the node image that `npm run cluster:image` built, instead of the one that kind pulls. */
  readonly nodeImage: boolean;
  readonly signal?: AbortSignal;
  /** Told of each step and of each change on this machine. */
  readonly tell: (line: string) => void;
  /** Told of what is being waited for. */
  readonly show: (text: string) => void;
}

export interface UpResult {
  readonly cluster: RunningCluster;
  readonly made: 'created' | 'repaired' | 'was-up';
}

/** What the clean-up must know of one call. */
interface Work {
  readonly earlier: ClusterState | null;
  /** Nodes are being made, or were. */
  created: boolean;
}

/** A job of one call: what it has found and what it has made. */
interface Job {
  readonly options: UpOptions;
  readonly image: NodeImage | null;
  readonly docker: Docker;
  readonly readiness: Readiness;
}

const CREATED_READY_WITHIN_MS = 180_000;
const REPAIRED_READY_WITHIN_MS = 60_000;

/** @throws EnvironmentError while another call works on this cluster, and when something is missing */
export async function clusterUp(options: UpOptions): Promise<UpResult> {
  return withClusterLock(options.name, async () => upAlone(options));
}

async function upAlone(options: UpOptions): Promise<UpResult> {
  const { name, tell } = options;
  const earlier = readState(name);
  const nodeImage = earlier?.nodeImage ?? options.nodeImage;
  if (earlier === null) writeState(newState(name, nodeImage));
  else if (earlier.nodeImage !== options.nodeImage)
    tell(
      `The cluster ${name} was made ${earlier.nodeImage ? 'with' : 'without'} --node-image, and stays so.`,
    );
  const work: Work = { earlier, created: false };
  try {
    return await bringUp(options, nodeImage, work);
  } catch (error) {
    // Without the signal: it has done its work, and this must still be done.
    if (work.created) await takeDown({ name, tell, wasBrokenOff: options.signal?.aborted === true });
    else await undoLater(name, earlier, tell);
    throw error;
  }
}

/** Only what this call has changed: a cluster that was there before keeps what it needs. */
async function undoLater(
  name: string,
  earlier: ClusterState | null,
  tell: (line: string) => void,
): Promise<void> {
  const changes = readState(name)?.changes ?? [];
  const before = earlier?.changes.length ?? 0;
  await undoChanges(changes.slice(before), tell);
  if (earlier === null) forgetState(name);
  else updateState(name, () => ({ changes: changes.slice(0, before) }));
}

async function bringUp(options: UpOptions, nodeImage: boolean, work: Work): Promise<UpResult> {
  const { name, tell, signal } = options;
  const image = nodeImage ? readNodeImage() : null;
  const log = stateLog(name, tell);
  const docker =
    image === null
      ? await findDocker(work.earlier?.dockerHost ?? null, signal)
      : await dockerOrOwn(log, ownDaemonOptions(image.runtimeWrapper), signal);
  const config = readKindConfig();
  const readiness = { docker, cluster: name, nodes: config.nodes.length, signal };
  const job: Job = { options, image, docker, readiness };
  const present = await kindNodes(docker, name);
  if (present.length > 0 && work.earlier === null)
    throw new EnvironmentError(
      `Docker has a kind cluster ${name} that this program did not make: kind delete cluster --name ${name} removes it, or take another --name.`,
    );
  updateState(name, () => ({ dockerHost: docker.host }));
  if (image !== null) await prepareHostForTraffic(log);
  if (present.length > 0) {
    const made = await repair(job);
    if (made !== null) return { cluster: await describeCluster(docker, name), made };
    tell(`The cluster ${name} cannot be repaired: it is removed and made anew.`);
    await removeNodes(docker, name, false);
  }
  work.created = true;
  await create(job, config);
  return { cluster: await describeCluster(docker, name), made: 'created' };
}

/** @returns null when it is beyond repair */
async function repair(job: Job): Promise<'was-up' | 'repaired' | null> {
  const { docker, options, readiness } = job;
  const { name, show, tell } = options;
  show(`looking at the cluster ${name}`);
  if ((await firstProblem(readiness)) === null && existsSync(kubeconfigFile(name))) {
    await probe(job);
    return 'was-up';
  }
  const nodes = await kindNodes(docker, name);
  if (nodes.length < readiness.nodes || !existsSync(kubeconfigFile(name))) return null;
  for (const node of nodes) {
    if (node.state === 'running') continue;
    tell(`The node ${node.name} is ${node.state}: it is ${node.state === 'paused' ? 'resumed' : 'started'}.`);
    if (node.state === 'paused') await unpauseContainer(docker, node.name);
    else await startContainer(docker, node.name);
  }
  try {
    await waitForChecks(readiness, READINESS_CHECKS.slice(0, 2), REPAIRED_READY_WITHIN_MS, show);
    await uncordonNodes(docker, name, tell);
    await settle(job, REPAIRED_READY_WITHIN_MS);
    return 'repaired';
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    tell(error.message);
    return null;
  }
}

async function create(job: Job, base: KindConfig): Promise<void> {
  const { docker, image, options } = job;
  const { name, show, tell, signal } = options;
  const startedMs = Date.now();
  await checkFreePorts(portsOf(base).hostPorts);
  const kind = image?.kind ?? (await findKind(signal));
  const madeNetwork = !(await hasKindNetwork(docker));
  updateState(name, (state) => ({ kind, madeNetwork: state.madeNetwork || madeNetwork }));
  if (image !== null) {
    show('looking for the node image');
    await provideNodeImage(docker, image, signal);
  }
  const hasCgroupV1 = !existsSync('/sys/fs/cgroup/cgroup.controllers');
  const config = image === null ? base : forNodeImage(base, image, hasCgroupV1);
  show(`kind creates ${base.nodes.length} nodes`);
  await createKindCluster(
    kind,
    docker,
    { name, image: image?.image ?? null, config: kindConfigText(config), kubeconfig: kubeconfigFile(name) },
    signal,
  );
  tell(`${base.nodes.length} nodes created after ${seconds(startedMs)}`);
  await settle(job, CREATED_READY_WITHIN_MS);
  tell(`ready after ${seconds(startedMs)}`);
}

/** Network, then every check, then a request through each entrance. */
async function settle(job: Job, withinMs: number): Promise<void> {
  const { docker, image, options, readiness } = job;
  const { name, show, signal } = options;
  if (image !== null) {
    await waitForChecks(readiness, READINESS_CHECKS.slice(0, 2), withinMs, show);
    show("setting up the pods' network");
    await setUpPodNetwork(docker, name, signal);
  }
  await waitForChecks(readiness, READINESS_CHECKS, withinMs, show);
  for (const node of await kindNodes(docker, name)) await setKernel(docker, node.name);
  await probe(job);
}

async function probe({ docker, image, options: { name, show, tell, signal } }: Job): Promise<void> {
  if (image !== null) await giveCallersAddresses(stateLog(name, tell));
  show('sending a request through every entrance');
  const { nodePort, nodes } = await describeCluster(docker, name);
  await probeEntrances(docker, name, nodePort, nodes, signal);
}

function seconds(startedMs: number): string {
  return `${((Date.now() - startedMs) / 1000).toFixed(1)} s`;
}
