/**
 * A Go that is recent enough. Debian's is older than these programs want; but any Go can fetch a newer one, which is
 * published as a module like all else here, with its sum in the public log.
 */
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastWords, runCommand } from '../../../src/harness/command.ts';
import { EnvironmentError } from '../../../src/harness/environment-error.ts';
import { GO_ENVIRONMENT } from './build-folders.ts';
import { installPackages } from './host-packages.ts';
import { GO } from './versions.ts';

const MINOR_MIN = 26;
const DEBIAN_PACKAGE = 'golang-go';

let provided: Promise<string> | null = null;

/** The program to call; the machine's own when it will do. */
export async function goProgram(): Promise<string> {
  return (provided ??= provideGo());
}

async function provideGo(): Promise<string> {
  const minor = await minorOf('go');
  if (minor !== null && minor >= MINOR_MIN) return 'go';
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const version = `v0.0.1-${GO}.linux-${architecture}`;
  const folder = join(GO_ENVIRONMENT['GOMODCACHE'] ?? '', 'golang.org', `toolchain@${version}`);
  const program = join(folder, 'bin', 'go');
  if (existsSync(program) && (await minorOf(program)) !== null) return program;
  if (minor === null) await installPackages([DEBIAN_PACKAGE]);
  await fetchToolchain(version);
  // A module's files are not executable, and an old Go does not know that these must be.
  for (const part of ['bin', join('pkg', 'tool', `linux_${architecture}`)])
    for (const name of readdirSync(join(folder, part))) chmodSync(join(folder, part, name), 0o755);
  return program;
}

async function fetchToolchain(version: string): Promise<void> {
  const ended = await runCommand('go', ['mod', 'download', '-json', `golang.org/toolchain@${version}`], {
    env: { ...GO_ENVIRONMENT, GOFLAGS: '-mod=mod' },
    folder: tmpdir(),
  });
  if (ended.exitCode !== 0) throw new EnvironmentError(`${GO} cannot be fetched: ${lastWords(ended)}`);
}

/** Null: it does not run. */
async function minorOf(program: string): Promise<number | null> {
  const { exitCode, stdout } = await runCommand(program, ['env', 'GOVERSION'], {
    env: { GOTOOLCHAIN: 'local' },
  }).catch(() => ({ exitCode: null, stdout: '' }));
  return exitCode === 0 ? Number(/^go1\.(\d+)/u.exec(stdout)?.[1] ?? 0) : null;
}
