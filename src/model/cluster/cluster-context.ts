/** What every actor of the cluster is built from. */
import type { RandomStreams } from '../../kernel/random.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { ClusterSpec } from '../../scenario/scenario.ts';
import type { Latencies } from '../latencies.ts';
import type { Timeline } from '../timeline.ts';
import type { ApiLink } from './api-link.ts';
import type { ApiServer } from './api-server.ts';
import type { StartQueue } from './kubelet/start-queue.ts';

export interface ClusterContext {
  readonly simulation: Simulation;
  readonly streams: RandomStreams;
  readonly latencies: Latencies;
  readonly timeline: Timeline;
  readonly api: ApiServer;
  readonly cluster: ClusterSpec;
  readonly starts: StartQueue;
  /** What connects the components of a node that may fail with the API server; absent: nothing comes between. */
  readonly link?: ApiLink;
}
