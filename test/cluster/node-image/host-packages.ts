/** What the build needs on this machine: Debian packages, which it installs itself, and Go. */
import { runCommand } from '../../../src/harness/command.ts';
import { EnvironmentError } from '../../../src/harness/environment-error.ts';
import { loggedCommand } from './logged-command.ts';
import { HOST_PACKAGES } from './versions.ts';

const GO_MINOR_MIN = 26;

export async function installHostPackages(): Promise<void> {
  const absent: string[] = [];
  for (const name of HOST_PACKAGES) if (!(await isInstalled(name))) absent.push(name);
  if (absent.length > 0) {
    await apt(['update'], 'apt-update');
    await apt(['install', '--yes', '--no-install-recommends', ...absent], 'apt-install');
  }
}

/** Says it before hours of work are lost: the build is for Debian, for root, and for a recent Go. */
export async function checkMachine(): Promise<void> {
  if (process.getuid?.() !== 0) throw new EnvironmentError('The node image can only be built by root.');
  const apt = await runCommand('dpkg', ['--version']);
  if (apt.missing)
    throw new EnvironmentError('The node image can only be built on Debian: there is no dpkg here.');
  const go = await runCommand('go', ['env', 'GOVERSION'], { env: { GOTOOLCHAIN: 'local' } });
  const minor = Number(/^go1\.(\d+)/u.exec(go.stdout)?.[1] ?? 0);
  if (go.missing || minor < GO_MINOR_MIN)
    throw new EnvironmentError(
      `Go 1.${GO_MINOR_MIN} or newer is needed${go.missing ? '' : ` (here is ${go.stdout})`}: install it from https://go.dev/dl and put it on the PATH.`,
    );
}

async function isInstalled(name: string): Promise<boolean> {
  const { stdout } = await runCommand('dpkg-query', ['--show', '--showformat=${db:Status-Status}', name]);
  return stdout === 'installed';
}

async function apt(words: readonly string[], log: string): Promise<void> {
  await loggedCommand('apt-get', words, { log, env: { DEBIAN_FRONTEND: 'noninteractive' } });
}
