/** Fourth stage: the scenario's changes and faults begin. It ends once every one whose time is fixed has begun. */
import { subjectOf } from '../recorder/subject.ts';
import { FaultRunner } from '../chaos/fault-runner.ts';
import type { ChaosWorld } from '../chaos/chaos-world.ts';
import { fitChaos } from '../manifests/fit-chaos.ts';
import { ChangeRunner } from './change-runner.ts';
import { dependencySwitch } from './dependency-switch.ts';
import { RolloutShares } from './rollout-share.ts';
import type { Session } from './session.ts';

export async function change(session: Session, signal: AbortSignal): Promise<void> {
  const { parts, scenario, state, background, options, manifests, client } = session;
  options.progress('changing');
  const shares = new RolloutShares(state);
  const deployment = subjectOf(scenario).deployment?.name ?? '';
  const nowMs = (): number => session.nowMs;
  const note = session.note.bind(session);
  const wait = async (durationMs: number): Promise<void> => session.wait(durationMs);
  session.changes = new ChangeRunner({
    client: session.opened(client),
    state,
    changes: scenario.changes,
    objects: session.opened(manifests).changes,
    nowMs,
    wait,
    note,
    signal: background.signal,
  });
  if (parts.cluster.chaosMesh) {
    const { nodeNames, namespace } = session;
    const liveNode = (name: string): string => nodeNames?.live(name) ?? name;
    session.chaos = fitChaos(scenario.faults, { namespace, liveNode });
  }
  session.faults = new FaultRunner({
    world: chaosWorld(session),
    faults: scenario.faults,
    objects: session.chaos.objects,
    log: session.faultLog,
    seed: options.seed,
    aftermathMs: options.waits.aftermathMs,
    nowMs,
    rolloutReaches: async (name, share) => shares.reach(name ?? deployment, share, background.signal),
  });
  for (const course of [session.changes.run(), session.faults.run()]) {
    course.catch((error: unknown) => {
      if (!background.signal.aborted) session.fail(error);
    });
  }
  await session.wait(lastFixedMs(session) - session.nowMs, signal);
}

/** The last time that the scenario names; 0 when it names none. */
function lastFixedMs({ scenario: { changes, faults } }: Session): number {
  const fixed = [...changes, ...faults].flatMap(({ start }) => (start.kind === 'at' ? [start.timeMs] : []));
  return Math.max(0, ...fixed);
}

function chaosWorld(session: Session): ChaosWorld {
  const { parts, background, scenario } = session;
  const nodeNames = session.opened(session.nodeNames);
  return {
    client: session.opened(session.client),
    nodeNames,
    nodes: parts.nodes,
    dependencies: dependencySwitch(
      parts.nodes,
      nodeNames.used.map(({ name }) => name),
    ),
    servedLabels: subjectOf(scenario).service?.selector ?? {},
    note: session.note.bind(session),
    wait: async (durationMs) => session.wait(durationMs),
    signal: background.signal,
  };
}
