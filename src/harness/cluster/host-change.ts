/**
 * What the path without an image registry changes on this machine: each change is applied by a function here, is a plain value
 * that the state file keeps, and is undone by its value alone, in another process if need be.
 */
import { existsSync, readFileSync } from 'node:fs';
import { lastWords, runCommand } from '../command.ts';
import { stopDaemon, type StartedProcess } from '../docker/daemon.ts';
import { removeDockerTraces } from '../docker/firewall.ts';
import { EnvironmentError } from '../environment-error.ts';

/** Packets to there are dropped, or are this machine's own. */
export type RouteType = 'blackhole' | 'local';

export type HostChange =
  | { readonly kind: 'sysctl'; readonly key: string; readonly before: string; readonly after: string }
  | { readonly kind: 'route'; readonly type: RouteType; readonly destination: string }
  /** Packets from there keep their sender's address on their way to the nodes. */
  | { readonly kind: 'unmasqueraded'; readonly source: string }
  | { readonly kind: 'docker-daemon'; readonly process: StartedProcess }
  | { readonly kind: 'docker-firewall'; readonly forwardPolicy: string };

/** For the user, when it is made. */
export function describeChange(change: HostChange): string {
  switch (change.kind) {
    case 'sysctl':
      return `sysctl ${change.key}=${change.after} (was ${change.before})`;
    case 'route':
      return `route ${change.type} ${change.destination}`;
    case 'unmasqueraded':
      return `firewall: no masquerading of ${change.source}`;
    case 'docker-daemon':
      return `a Docker daemon (process ${change.process.pid})`;
    case 'docker-firewall':
      return "Docker's firewall rules and bridge";
  }
}

/** Undoing what is undone already is fine; so is undoing after a reboot. */
export async function undoChange(change: HostChange): Promise<void> {
  switch (change.kind) {
    case 'sysctl':
      // Somebody else's later setting is left alone.
      if (readSysctl(change.key) === change.after) await writeSysctl(change.key, change.before);
      return;
    case 'route':
      await runCommand('ip', ['route', 'delete', change.type, change.destination]);
      return;
    case 'unmasqueraded':
      await runCommand('iptables', natRule('--delete', change.source));
      return;
    case 'docker-daemon':
      await stopDaemon(change.process);
      return;
    case 'docker-firewall':
      await removeDockerTraces(change);
  }
}

/** Null when the kernel has no such setting. Several numbers are told apart by one space. */
export function readSysctl(key: string): string | null {
  const file = sysctlFile(key);
  return existsSync(file) ? readFileSync(file, 'utf8').trim().replaceAll(/\s+/gu, ' ') : null;
}

export async function writeSysctl(key: string, value: string): Promise<void> {
  const ended = await runCommand('sysctl', ['--quiet', '--write', `${key}=${value}`]);
  if (ended.exitCode !== 0)
    throw new EnvironmentError(`sysctl ${key}=${value} failed (${lastWords(ended)}): are you root?`);
}

export async function addRoute(type: RouteType, destination: string): Promise<void> {
  const device = type === 'local' ? ['dev', 'lo'] : [];
  const ended = await runCommand('ip', ['route', 'replace', type, destination, ...device]);
  if (ended.exitCode !== 0)
    throw new EnvironmentError(
      `The route to ${destination} was refused (${lastWords(ended)}): are you root?`,
    );
}

/** True for a route of our kind that is here already, and so is not ours to take away. */
export async function hasRoute(type: RouteType, destination: string): Promise<boolean> {
  const { stdout } = await runCommand('ip', ['route', 'show', 'table', 'all', 'type', type]);
  return stdout.split('\n').some((line) => line.trim().split(' ').includes(destination));
}

/** Before Docker's own rules, which would give what this machine sends to a container the bridge's address. */
export async function exemptFromMasquerading(source: string): Promise<void> {
  const ended = await runCommand('iptables', natRule('--insert', source));
  if (ended.exitCode !== 0)
    throw new EnvironmentError(
      `The firewall rule for ${source} was refused (${lastWords(ended)}): are you root?`,
    );
}

export async function isUnmasqueraded(source: string): Promise<boolean> {
  return (await runCommand('iptables', natRule('--check', source))).exitCode === 0;
}

function natRule(action: string, source: string): readonly string[] {
  return ['--table', 'nat', action, 'POSTROUTING', '--source', source, '--jump', 'ACCEPT'];
}

function sysctlFile(key: string): string {
  return `/proc/sys/${key.replaceAll('.', '/')}`;
}
