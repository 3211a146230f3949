/** Third stage: the callers begin, and once the servers are warm nothing changes for a while. It ends at time 0. */
import { SECOND_MS } from '../../kernel/time.ts';
import { NodeCpuWatch } from '../recorder/node-cpu-watch.ts';
import { loadPlan } from './load-plan.ts';
import type { Session } from './session.ts';

export async function baseline(session: Session, signal: AbortSignal): Promise<void> {
  const { options, parts, scenario } = session;
  const { baselineMs, waits } = options;
  const startMs = -(waits.warmUpMs + baselineMs);
  const zeroEpochMs = Date.now() + waits.loadStartMs - startMs;
  session.zeroEpochMs = zeroEpochMs;
  session.loadStartMs = startMs;
  options.progress(`baseline: ${baselineMs / SECOND_MS} s of load before anything changes`);
  watchNodes(session, zeroEpochMs);
  const endMs = scenario.limits.durationMs;
  session.load = await parts.load.start(loadPlan(session, { zeroEpochMs, startMs, endMs }), signal);
  session.load.finished.catch((error: unknown) => {
    session.fail(error);
  });
  await session.wait(zeroEpochMs - Date.now(), signal);
}

function watchNodes(session: Session, zeroEpochMs: number): void {
  const { cluster, nodeCpu } = session.parts;
  if (nodeCpu === null) return;
  session.nodeCpu = new NodeCpuWatch(
    cluster.nodes.map(({ name }) => name),
    nodeCpu,
  );
  session.nodeCpu.start(zeroEpochMs);
}
