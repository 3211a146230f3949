/** Stands in for docker, kind and others: a folder of small scripts that becomes the whole PATH. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

export interface Answer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
  /** Shell lines that run before it answers. */
  readonly before?: string;
}

export interface FakePrograms {
  readonly folder: string;
  /** @param answers by a shell pattern of the words it is called with; the first that fits */
  readonly add: (name: string, answers: Readonly<Record<string, Answer>>) => void;
  /** Every call so far, as one line with the program's name. */
  readonly calls: () => readonly string[];
}

/** Ends with the test that asked for it. State and cache folders are in it too. */
export function fakePrograms(): FakePrograms {
  const folder = mkdtempSync(join(tmpdir(), 'rollout-sim-fake-'));
  const log = join(folder, 'calls.log');
  vi.stubEnv('PATH', folder);
  vi.stubEnv('DOCKER_HOST', '');
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    add(name, answers) {
      const file = join(folder, name);
      writeFileSync(file, script(name, log, answers));
      chmodSync(file, 0o755);
    },
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []),
  };
}

function script(name: string, log: string, answers: Readonly<Record<string, Answer>>): string {
  const cases = Object.entries(answers).map(
    ([pattern, { stdout = '', stderr = '', exitCode = 0, before = '' }]) =>
      [
        `  ${pattern.replaceAll(' ', String.raw`\ `)})`,
        before,
        `    printf '%s' ${quoted(stdout)}`,
        `    printf '%s' ${quoted(stderr)} >&2`,
        `    exit ${exitCode} ;;`,
      ].join('\n'),
  );
  return [
    '#!/bin/sh',
    `printf '%s\\n' "${name} $*" >>${quoted(log)}`,
    'case "$*" in',
    ...cases,
    `  *) printf 'no answer to: %s' "$*" >&2; exit 99 ;;`,
    'esac',
    '',
  ].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** What `docker inspect` tells of a node, as far as it is read. */
export function inspectedNode(
  name: string,
  role: 'control-plane' | 'worker',
  state: string,
  hostPort: number,
  address: string,
): object {
  return {
    Name: `/${name}`,
    State: { Status: state },
    Config: { Image: 'kindest/node', Labels: { 'io.x-k8s.kind.role': role } },
    HostConfig: { PortBindings: { '30080/tcp': [{ HostIp: '127.0.0.1', HostPort: String(hostPort) }] } },
    NetworkSettings: { Networks: { kind: { IPAddress: address } } },
  };
}
