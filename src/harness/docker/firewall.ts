/** Takes away the firewall rules and bridges that a Docker daemon leaves behind when it ends. */
import { lastWords, runCommand } from '../command.ts';
import { EnvironmentError } from '../environment-error.ts';

const TABLES = ['filter', 'nat'] as const;
const OF_DOCKER = /-j DOCKER\b|-[io] docker0\b|-[io] br-[0-9a-f]{12}\b/u;
const CHAIN = /^-N (DOCKER\S*)$/u;
const BRIDGE = /^(?:docker0|br-[0-9a-f]{12})$/u;

export interface FirewallBefore {
  /** What happens to forwarded packets that no rule speaks of; Docker sets it to DROP. */
  readonly forwardPolicy: string;
}

/** Null when Docker's rules are here already, so that they are somebody else's. */
export async function firewallBefore(): Promise<FirewallBefore | null> {
  const rules = await iptables('filter', ['-S']);
  if (rules.some((rule) => CHAIN.test(rule))) return null;
  const policy = rules.find((rule) => rule.startsWith('-P FORWARD '));
  return { forwardPolicy: policy?.split(' ')[2] ?? 'ACCEPT' };
}

export async function removeDockerTraces({ forwardPolicy }: FirewallBefore): Promise<void> {
  for (const table of TABLES) {
    const rules = await iptables(table, ['-S']);
    for (const rule of rules.filter((line) => line.startsWith('-A ') && OF_DOCKER.test(line)))
      await iptables(table, ['-D', ...rule.split(' ').slice(1)]);
    const chains = rules.flatMap((rule) => CHAIN.exec(rule)?.[1] ?? []);
    // Chains refer to each other: all are emptied before the first is removed.
    for (const chain of chains) await iptables(table, ['-F', chain]);
    for (const chain of chains) await iptables(table, ['-X', chain]);
  }
  await iptables('filter', ['-P', 'FORWARD', forwardPolicy]);
  for (const bridge of await bridges()) await runCommand('ip', ['link', 'delete', bridge]);
}

async function bridges(): Promise<readonly string[]> {
  const { stdout } = await runCommand('ip', ['-json', 'link', 'show', 'type', 'bridge']);
  const links = JSON.parse(stdout === '' ? '[]' : stdout) as readonly { readonly ifname?: string }[];
  return links.flatMap(({ ifname }) => (ifname !== undefined && BRIDGE.test(ifname) ? [ifname] : []));
}

async function iptables(table: string, words: readonly string[]): Promise<readonly string[]> {
  const ended = await runCommand('iptables', ['--wait', '10', '-t', table, ...words]);
  if (ended.exitCode === 0) return ended.stdout.split('\n');
  throw new EnvironmentError(
    ended.missing ? 'iptables is missing: sudo apt-get install iptables.' : `iptables: ${lastWords(ended)}`,
  );
}
