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

/**
 * Client i of the scenario is on node i modulo their number: it enters through that node. The cluster's own names. Callers
 * with addresses of their own come to the node itself: what its published port takes in has one address.
 */
function entrancesOf(session: Session): readonly Entrance[] {
  const { nodePort, callers } = session.parts.cluster;
  const nodeNames = session.opened(session.nodeNames);
  return nodeNames.used.map(({ name, address, entrance }, index) => {
    const { host, port } = callers.length === 0 ? entrance : { host: address, port: nodePort };
    const sources = callers.filter((_, position) => position % nodeNames.used.length === index);
    return { node: name, host, port, sources };
  });
}
