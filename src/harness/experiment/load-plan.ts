/** What the generator is asked for: the scenario's callers, entering through the nodes that play the scenario's. */
import type { Entrance, LoadPlan } from '../load.ts';
import type { Session } from './session.ts';

export function loadPlan(
  session: Session,
  times: Pick<LoadPlan, 'zeroEpochMs' | 'startMs' | 'endMs'>,
): LoadPlan {
  const { scenario, options } = session;
  return { traffic: scenario.traffic, entrances: entrancesOf(session), seed: options.seed, ...times };
}

/** Client i of the scenario is on node i modulo their number: it enters through that node. The cluster's own names. */
function entrancesOf(session: Session): readonly Entrance[] {
  const { sources } = session.parts;
  const nodeNames = session.opened(session.nodeNames);
  return nodeNames.used.map(({ name, entrance }, index) => ({
    node: name,
    host: entrance.host,
    port: entrance.port,
    sources: sources.filter((_, position) => position % nodeNames.used.length === index),
  }));
}
