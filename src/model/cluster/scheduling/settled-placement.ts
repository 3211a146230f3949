/** Places the pods of the settled state as the scheduler would have, one after another. */
import type { RandomStreams } from '../../../kernel/random.ts';
import type { NodeSpec } from '../../../scenario/scenario.ts';
import type { PodObject } from '../objects.ts';
import { chooseNode } from './choose-node.ts';
import { NodeInfo, type SchedulablePod } from './node-info.ts';

/** The name of the node that the pod goes to and from now on holds a part of; null: none has room. */
export type PlaceSettledPod = (pod: SchedulablePod & Pick<PodObject, 'streamKey'>) => string | null;

export function settledPlacement(nodes: readonly NodeSpec[], streams: RandomStreams): PlaceSettledPod {
  const infos = nodes.map((spec) => new NodeInfo(spec));
  return (pod) => {
    const { nodeName } = chooseNode(pod, infos, streams.stream('node-choice', pod.streamKey));
    infos.find(({ spec }) => spec.name === nodeName)?.add(pod);
    return nodeName;
  };
}
