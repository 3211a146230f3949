/**
 * When each node's proxy follows a withdrawal: a shell in the node looks at the proxy's rules while an address that the
 * API has withdrawn is still among them, and not otherwise.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { RunningCluster } from '../cluster.ts';
import type { Docker } from '../docker/docker.ts';

export interface ProxyRules {
  /** @param tell is called once for each node whose proxy has dropped the pod's address */
  withdrawn(pod: string, address: string, tell: (node: string, epochMs: number) => void): void;
  stop(): Promise<void>;
}

interface Rules {
  /** Prints the rules that new connections meet. */
  readonly print: string;
  /** What stands before and after a pod's address in them. */
  readonly before: string;
  readonly after: string;
}

const RULES: Readonly<Record<RunningCluster['kubeProxyMode'], Rules>> = {
  iptables: { print: 'iptables-save -t nat', before: '--to-destination ', after: ':' },
  // A pod's own chain, `endpoint-…__address/port`, stays for a second and more after the last `goto` to it has gone.
  nftables: { print: "nft list table ip kube-proxy | sed -n '/goto endpoint-/p'", before: '__', after: '/' },
  // A pod with connections left stays, and gets no new one: its weight is 0.
  ipvs: { print: "ipvsadm --save --numeric | sed '/ -w 0 *$/d'", before: '-r ', after: ':' },
};

/** Looking takes a few milliseconds of CPU: ten times a second is often enough for delays of hundreds. */
const LOOK_EVERY_S = 0.1;

/** One line in for each withdrawal, `pod=address`; one line out for each that is done, `pod seconds-since-the-epoch`. */
export function watchScript(mode: RunningCluster['kubeProxyMode']): string {
  const { print, before, after } = RULES[mode];
  return [
    'set -o pipefail',
    'pending=',
    'while true; do',
    `  if [ -n "$pending" ]; then limit=${LOOK_EVERY_S}; else limit=3600; fi`,
    '  read -r -t "$limit" line; code=$?',
    '  if [ "$code" -eq 0 ]; then pending="$pending $line"; continue; fi',
    // Above 128 the time is over; anything else means that nobody will ask again.
    '  [ "$code" -gt 128 ] || exit 0',
    '  [ -n "$pending" ] || continue',
    `  rules=$(${print}) || continue`,
    '  left=',
    '  for entry in $pending; do',
    `    case "$rules" in *"${before}\${entry#*=}${after}"*) left="$left $entry";; *) echo "\${entry%%=*} $EPOCHREALTIME";; esac`,
    '  done',
    '  pending=$left',
    'done',
  ].join('\n');
}

/** @param nodes names of the nodes to look into */
export function watchProxyRules(
  docker: Docker,
  mode: RunningCluster['kubeProxyMode'],
  nodes: readonly string[],
): ProxyRules {
  const tellers = new Map<string, (node: string, epochMs: number) => void>();
  const shells = nodes.map((node) => {
    const words = ['exec', '--interactive', node, 'bash', '-c', watchScript(mode)];
    const env = { ...process.env, ...docker.env };
    // In a session of its own: a Ctrl-C in this terminal is for the replay, which then ends this too.
    const child = spawn('docker', words, { env, detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
    // A node that goes down takes its shell with it: the record then has no word on that proxy.
    child.on('error', ignore);
    child.stdin.on('error', ignore);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [pod = '', seconds = ''] = line.split(' ');
      tellers.get(pod)?.(node, Number(seconds.replace(',', '.')) * 1000);
    });
    return child;
  });
  return {
    withdrawn(pod, address, tell) {
      tellers.set(pod, tell);
      for (const { stdin } of shells) if (stdin.writable) stdin.write(`${pod}=${address}\n`);
    },
    async stop() {
      const ends = shells.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        await new Promise<void>((resolve) => {
          const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
          child.once('close', () => {
            clearTimeout(late);
            resolve();
          });
          child.stdin.end();
        });
      });
      await Promise.all(ends);
    },
  };
}

const STOP_WITHIN_MS = 3000;

function ignore(): void {
  // Its silence is all that matters.
}
