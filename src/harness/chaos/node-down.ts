/** A node that loses power, stands still, or loses its network, and its return (R-NOD-1 to R-NOD-10). */
import { MINUTE_MS } from '../../kernel/time.ts';
import { NOTHING_HIT } from '../../scenario/fault-hits.ts';
import type { BeginFault, ChaosWorld } from './chaos-world.ts';

/** Heartbeats are missed after a minute and pods deleted 300 s later (R-NOD-7); nothing more comes after this. */
const LAST_EVICTION_MS = 8 * MINUTE_MS;

/**
 * A partition: nothing comes in from outside of the node and nothing leaves it, for pods as for the node itself. The
 * raw table sees packets before anything else, the mangle table's last chain after everything.
 */
const PARTITION = [
  ['raw', 'PREROUTING', '--in-interface'],
  ['mangle', 'POSTROUTING', '--out-interface'],
] as const;
const INTERFACE = 'eth0';

export const nodeDown: BeginFault<'node-down'> = async (world, { node, effect, durationMs }) => {
  const live = world.nodeNames.live(node);
  let beganMs = 0;
  let down = false;
  let podsLeft = true;
  return Promise.resolve({
    hits: { ...NOTHING_HIT, node },
    lastsMs: durationMs,
    /** For good: until its pods have been given up. */
    get underWay(): boolean {
      return down && durationMs === null && podsLeft && performance.now() - beganMs < LAST_EVICTION_MS;
    },
    async apply() {
      beganMs = performance.now();
      down = true;
      world.note('node-down', `node/${node}`, { detail: effect });
      await takeDown(world, live, effect);
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
      await bringBack(world, live, effect);
      down = false;
      world.note('node-up', `node/${node}`, { detail: effect });
    },
  });
};

type Effect = 'crash' | 'pause' | 'partition';

async function takeDown({ nodes }: ChaosWorld, node: string, effect: Effect): Promise<void> {
  if (effect === 'crash') await nodes.kill(node);
  else if (effect === 'pause') await nodes.pause(node);
  else for (const rule of PARTITION) await nodes.exec(node, dropCommand('--insert', rule));
}

async function bringBack({ nodes }: ChaosWorld, node: string, effect: Effect): Promise<void> {
  if (effect === 'crash') await nodes.start(node);
  else if (effect === 'pause') await nodes.unpause(node);
  else for (const rule of PARTITION) await nodes.exec(node, dropCommand('--delete', rule));
}

function dropCommand(
  operation: '--insert' | '--delete',
  [table, chain, direction]: (typeof PARTITION)[number],
): readonly string[] {
  return ['iptables', '--table', table, operation, chain, direction, INTERFACE, '--jump', 'DROP'];
}

/** The last of its pods has been deleted by taint eviction; the objects stay Terminating (R-NOD-8). */
async function untilGivenUp({ client, wait }: ChaosWorld, node: string): Promise<void> {
  for (;;) {
    const { items } = await client.list('Pod', { fieldSelector: `spec.nodeName=${node}` });
    if (items.every(({ metadata }) => metadata.deletionTimestamp !== undefined)) return;
    await wait(5000);
  }
}
