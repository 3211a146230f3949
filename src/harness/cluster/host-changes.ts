/** Makes the changes that the path without an image registry needs, each written down before it is made, and undoes them. */
import { readFileSync } from 'node:fs';
import type { Docker } from '../docker/docker.ts';
import { OWN_DAEMON_HOST, startDaemon, stopDaemon, type DaemonOptions } from '../docker/daemon.ts';
import { firewallBefore } from '../docker/firewall.ts';
import { lookForDocker } from '../docker/find-docker.ts';
import { EnvironmentError } from '../environment-error.ts';
import { CALLER_RANGE } from './caller-addresses.ts';
import {
  addRoute,
  describeChange,
  exemptFromMasquerading,
  hasRoute,
  isUnmasqueraded,
  readSysctl,
  undoChange,
  writeSysctl,
  type HostChange,
  type RouteType,
} from './host-change.ts';

/** Keeps the list of what was changed; `add` is called before the change is made. */
export interface ChangeLog {
  readonly changes: readonly HostChange[];
  readonly add: (change: HostChange) => void;
  readonly tell: (line: string) => void;
}

/** Many nodes' kubelets and containerds watch files. */
const FOR_NODES: Readonly<Record<string, string>> = {
  'fs.inotify.max_user_instances': '1024',
  'fs.inotify.max_user_watches': '524288',
};

/**
 * Time stamps without an offset drawn for each connection: behind masquerading the pods would take some SYNs for old
 * ones and drop them (PAWS). Frames between containers of one bridge pass no firewall.
 */
const FOR_TRAFFIC: Readonly<Record<string, string>> = {
  'net.ipv4.tcp_timestamps': '2',
  'net.bridge.bridge-nf-call-iptables': '0',
  'net.bridge.bridge-nf-call-ip6tables': '0',
};

/** Docker switches it on by itself and leaves it on: written down here so that it is undone. */
const BY_DOCKER: Readonly<Record<string, string>> = { 'net.ipv4.ip_forward': '1' };

/** The addresses of pods and Services: what strays must never leave by the default route. */
const CLUSTER_ADDRESSES = ['10.244.0.0/16', '10.96.0.0/16'];

/** The bit of CAP_SYS_RESOURCE, without which runc cannot do what Docker's privileged containers ask for. */
const SYS_RESOURCE = 1n << 24n;

/** The daemon that runs already, the ordinary one or ours; otherwise starts ours. */
export async function dockerOrOwn(
  log: ChangeLog,
  options: DaemonOptions,
  signal?: AbortSignal,
): Promise<Docker> {
  for (const host of [OWN_DAEMON_HOST, null]) {
    const found = await lookForDocker(host, signal);
    if (!('problem' in found)) return found;
    // A daemon that runs but refuses us is no reason to start a second one; a missing program is none either.
    if (found.problem !== 'no-daemon') throw new EnvironmentError(found.line);
  }
  if (process.getuid?.() !== 0)
    throw new EnvironmentError('No Docker daemon runs, and only root can start one: run this as root.');
  // Ours that runs and does not answer would hold the store that the new one needs.
  for (const change of log.changes) if (change.kind === 'docker-daemon') await stopDaemon(change.process);
  await setSysctls(log, { ...FOR_NODES, ...BY_DOCKER });
  const before = await firewallBefore();
  if (before !== null) record(log, { kind: 'docker-firewall', ...before });
  const wrapper = lacksSysResource() ? options.runtimeWrapper : null;
  return startDaemon(
    { ...options, runtimeWrapper: wrapper },
    (process) => record(log, { kind: 'docker-daemon', process }),
    signal,
  );
}

export async function prepareHostForTraffic(log: ChangeLog): Promise<void> {
  await setSysctls(log, { ...FOR_NODES, ...FOR_TRAFFIC });
  for (const destination of CLUSTER_ADDRESSES) await setRoute(log, 'blackhole', destination);
}

/** After Docker has made the nodes' network, whose rules must come behind ours. */
export async function giveCallersAddresses(log: ChangeLog): Promise<void> {
  await setRoute(log, 'local', CALLER_RANGE);
  if (await isUnmasqueraded(CALLER_RANGE)) return;
  record(log, { kind: 'unmasqueraded', source: CALLER_RANGE });
  await exemptFromMasquerading(CALLER_RANGE);
}

/** From the newest to the oldest. All are tried; the first failure is thrown at the end. */
export async function undoChanges(
  changes: readonly HostChange[],
  tell: (line: string) => void,
): Promise<void> {
  let failure: unknown = null;
  for (const change of [...changes].reverse()) {
    try {
      await undoChange(change);
      tell(`undone: ${describeChange(change)}`);
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== null) throw failure;
}

async function setRoute(log: ChangeLog, type: RouteType, destination: string): Promise<void> {
  if (await hasRoute(type, destination)) return;
  record(log, { kind: 'route', type, destination });
  await addRoute(type, destination);
}

async function setSysctls(log: ChangeLog, wanted: Readonly<Record<string, string>>): Promise<void> {
  for (const [key, after] of Object.entries(wanted)) {
    const before = readSysctl(key);
    if (before === null || before === after) continue;
    record(log, { kind: 'sysctl', key, before, after });
    await writeSysctl(key, after);
  }
}

function record(log: ChangeLog, change: HostChange): void {
  log.add(change);
  log.tell(`changed on this machine: ${describeChange(change)}`);
}

function lacksSysResource(): boolean {
  const bounding = /^CapBnd:\s*([0-9a-f]+)$/mu.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return bounding !== undefined && (BigInt(`0x${bounding}`) & SYS_RESOURCE) === 0n;
}
