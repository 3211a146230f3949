/** The Debian packages that the build needs on this machine, which it installs itself. */
import { runCommand } from '../../../src/harness/command.ts';
import { EnvironmentError } from '../../../src/harness/environment-error.ts';
import { loggedCommand } from './logged-command.ts';
import { HOST_PACKAGES } from './versions.ts';

/** Says it before minutes of work are lost: the build is for Debian, and for root. */
export async function checkMachine(): Promise<void> {
  if (process.getuid?.() !== 0) throw new EnvironmentError('The node image can only be built by root.');
  const dpkg = await runCommand('dpkg', ['--version']);
  if (dpkg.missing)
    throw new EnvironmentError('The node image can only be built on Debian: there is no dpkg here.');
}

export async function installHostPackages(): Promise<void> {
  await installPackages(HOST_PACKAGES);
}

/** Those that are there already stay as they are. */
export async function installPackages(names: readonly string[]): Promise<void> {
  const absent: string[] = [];
  for (const name of names) if (!(await isInstalled(name))) absent.push(name);
  if (absent.length === 0) return;
  await apt(['update'], 'apt-update');
  await apt(['install', '--yes', '--no-install-recommends', ...absent], 'apt-install');
}

async function isInstalled(name: string): Promise<boolean> {
  const { stdout } = await runCommand('dpkg-query', ['--show', '--showformat=${db:Status-Status}', name]);
  return stdout === 'installed';
}

async function apt(words: readonly string[], log: string): Promise<void> {
  await loggedCommand('apt-get', words, { log, env: { DEBIAN_FRONTEND: 'noninteractive' } });
}
