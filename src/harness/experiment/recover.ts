/** Sixth stage, whatever came since the callers began: the callers stop, and what the faults broke is mended. */
import { setTimeout as sleep } from 'node:timers/promises';
import { untilNodesReturn } from './returned-nodes.ts';
import type { Session } from './session.ts';

export async function recover(session: Session): Promise<void> {
  const { options, load, faults, faultLog, background, client } = session;
  session.endedMs ??= session.nowMs;
  load?.stop();
  options.progress('recovering');
  session.nodeCpu?.stop();
  await session.nodeCpu?.look();
  // Ends waits of faults and changes; the watches too have seen enough.
  await session.logs?.drained(options.waits.lastLinesMs);
  background.abort(new Error('the replay is over'));
  await faults?.recoverAll();
  const nodeWasDown = faultLog.injected.some(({ fault: { action } }) => action.kind === 'node-down');
  if (nodeWasDown && client !== null)
    await untilNodesReturn(client, NODES_RETURN_WITHIN_MS, async (ms) => sleep(ms));
}

/** Kubelets tell of themselves every 10 s, and the node controller looks every 5 s (R-NOD-1, R-NOD-2). */
const NODES_RETURN_WITHIN_MS = 60_000;
