/** What the harness does to containers: look at them, run commands in them, and take them down and up again. */
import type { CommandEnded, CommandOptions } from '../command.ts';
import type { Docker } from './docker.ts';

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

export interface Container {
  readonly name: string;
  readonly state: ContainerState;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  /** Its address in the named network; empty while it does not run. */
  readonly addressIn: (network: string) => string;
  /** Where this machine reaches a port of it on loopback; null when it is not published. */
  readonly publishedPort: (port: number) => number | null;
}

interface Inspected {
  readonly Name: string;
  readonly State: { readonly Status: ContainerState };
  readonly Config: { readonly Image: string; readonly Labels: Readonly<Record<string, string>> | null };
  readonly HostConfig: {
    readonly PortBindings: Readonly<Record<string, readonly { readonly HostPort: string }[] | null>> | null;
  };
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>> | null;
  };
}

/** All containers with a label, running or not, in the order of their names. */
export async function containersWith(
  docker: Docker,
  label: string,
  options?: CommandOptions,
): Promise<readonly Container[]> {
  const ids = await docker.command(['ps', '--all', '--quiet', '--filter', `label=${label}`], options);
  if (ids === '') return [];
  // One that is removed meanwhile makes inspect fail for all of them; what it printed of the others is still right.
  const { stdout } = await docker.attempt(['inspect', ...ids.split('\n')], options);
  const inspected = JSON.parse(stdout === '' ? '[]' : stdout) as readonly Inspected[];
  return inspected.map(container).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function container(inspected: Inspected): Container {
  return {
    name: inspected.Name.replace(/^\//u, ''),
    state: inspected.State.Status,
    labels: inspected.Config.Labels ?? {},
    image: inspected.Config.Image,
    addressIn: (network) => inspected.NetworkSettings.Networks?.[network]?.IPAddress ?? '',
    publishedPort: (port) => {
      const bound = inspected.HostConfig.PortBindings?.[`${port}/tcp`]?.[0]?.HostPort;
      return bound === undefined || bound === '' ? null : Number(bound);
    },
  };
}

/** Runs a program in a container; its failure is data. */
export async function execIn(
  docker: Docker,
  name: string,
  words: readonly string[],
  options: CommandOptions = {},
): Promise<CommandEnded> {
  const interactive = options.input === undefined ? [] : ['--interactive'];
  return docker.attempt(['exec', ...interactive, name, ...words], options);
}

/** Stops every process of it where it stands; its kernel still accepts connections. */
export async function pauseContainer(docker: Docker, name: string): Promise<void> {
  await docker.command(['pause', name]);
}

export async function unpauseContainer(docker: Docker, name: string): Promise<void> {
  await docker.command(['unpause', name]);
}

/** The machine loses its power. */
export async function killContainer(docker: Docker, name: string): Promise<void> {
  await docker.command(['kill', '--signal', 'KILL', name]);
}

export async function startContainer(docker: Docker, name: string): Promise<void> {
  await docker.command(['start', name]);
}
