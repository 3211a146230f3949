/** A node that loses power, stands still, or loses its network, and its return (R-NOD-1 to R-NOD-10). */
import { MINUTE_MS, type DurationMs } from '../../kernel/time.ts';
import { NOTHING_HIT } from '../../scenario/fault-hits.ts';
import { CALLER_RANGE } from '../cluster/caller-addresses.ts';
import { EnvironmentError } from '../environment-error.ts';
import type { BeginFault, ChaosWorld } from './chaos-world.ts';

/** Heartbeats are missed after a minute and pods deleted 300 s later (R-NOD-7); nothing more comes after this. */
const LAST_EVICTION_MS = 8 * MINUTE_MS;

/** From `docker start` until the node's kubelet has first told the API server of its pods: 2.2 to 2.3 s, measured. */
const BOOT_MS = 2300;

/**
 * A partition: nothing comes in from outside of the node and nothing leaves it, for pods as for the node itself. The
 * raw table sees packets before anything else, the mangle table's last chain after everything. The scenario's callers
 * are on the nodes, and reach the pods of their own while it is cut off; here they enter from this machine, which
 * therefore stays connected, and what they send on to other nodes does not leave.
 */
const PARTITION = [
  { table: 'raw', chain: 'PREROUTING', direction: '--in-interface', caller: '--source' },
  { table: 'mangle', chain: 'POSTROUTING', direction: '--out-interface', caller: '--destination' },
] as const;
const INTERFACE = 'eth0';

export const nodeDown: BeginFault<'node-down'> = async (world, { node, effect, durationMs }) => {
  const live = world.nodeNames.live(node);
  let beganMs = 0;
  let down = false;
  let podsLeft = true;
  const rules: Rule[] = [];
  return Promise.resolve({
    hits: { ...NOTHING_HIT, node },
    lastsMs: durationMs === null ? null : untilBroughtBack(durationMs, effect),
    /** For good: until its pods have been given up. */
    get underWay(): boolean {
      return down && durationMs === null && podsLeft && performance.now() - beganMs < LAST_EVICTION_MS;
    },
    async apply() {
      beganMs = performance.now();
      down = true;
      world.note('node-down', `node/${node}`, { detail: effect });
      await takeDown(world, live, effect, rules);
      if (durationMs === null) {
        void untilGivenUp(world, live).then(
          () => {
            podsLeft = false;
          },
          () => {
            podsLeft = false;
          },
        );
      }
    },
    async recover() {
      if (!down) return;
      await bringBack(world, live, effect, rules);
      down = false;
      world.note('node-up', `node/${node}`, { detail: effect });
    },
  });
};

/** A crash lasts until the kubelet runs again. */
function untilBroughtBack(durationMs: DurationMs, effect: Effect): DurationMs {
  return effect === 'crash' ? Math.max(0, durationMs - BOOT_MS) : durationMs;
}

type Effect = 'crash' | 'pause' | 'partition';

/** Arguments of iptables, without the operation. */
interface Rule {
  readonly table: string;
  readonly rest: readonly string[];
}

/** @param rules takes those that cut the node off, each as soon as it is in force */
async function takeDown({ nodes }: ChaosWorld, node: string, effect: Effect, rules: Rule[]): Promise<void> {
  if (effect === 'crash') return nodes.kill(node);
  if (effect === 'pause') return nodes.pause(node);
  for (const rule of await partition(nodes, node)) {
    await nodes.exec(node, ['iptables', '--table', rule.table, '--append', ...rule.rest]);
    rules.push(rule);
  }
}

/** @param rules what is left of them can be tried again */
async function bringBack({ nodes }: ChaosWorld, node: string, effect: Effect, rules: Rule[]): Promise<void> {
  if (effect === 'crash') return nodes.start(node);
  if (effect === 'pause') return nodes.unpause(node);
  for (let [rule] = rules; rule !== undefined; [rule] = rules) {
    await nodes.exec(node, ['iptables', '--table', rule.table, '--delete', ...rule.rest]);
    rules.shift();
  }
}

async function partition(nodes: ChaosWorld['nodes'], node: string): Promise<readonly Rule[]> {
  const callers = [await addressOfMachine(nodes, node), CALLER_RANGE];
  return PARTITION.flatMap(({ table, chain, direction, caller }) =>
    [...callers.map((address) => [caller, address, '--jump', 'ACCEPT']), ['--jump', 'DROP']].map(
      (packets) => ({
        table,
        rest: [chain, direction, INTERFACE].concat(packets),
      }),
    ),
  );
}

/** This machine as the node sees it: where its default route leads. */
async function addressOfMachine(nodes: ChaosWorld['nodes'], node: string): Promise<string> {
  const route = await nodes.exec(node, ['ip', '-4', 'route', 'show', 'default']);
  const address = /\bvia (\S+)/u.exec(route)?.[1];
  if (address === undefined)
    throw new EnvironmentError(`Node ${node} has no default route: its callers' address is not known.`);
  return address;
}

/** The last of its pods has been deleted by taint eviction; the objects stay Terminating (R-NOD-8). */
async function untilGivenUp({ client, wait }: ChaosWorld, node: string): Promise<void> {
  for (;;) {
    const { items } = await client.list('Pod', { fieldSelector: `spec.nodeName=${node}` });
    if (items.every(({ metadata }) => metadata.deletionTimestamp !== undefined)) return;
    await wait(5000);
  }
}
