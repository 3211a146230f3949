/** What the two sides of the exact engine share: the tables of the run and the wire between them. */
import type { RandomStreams } from '../../kernel/random.ts';
import type { DurationMs, TimeMs } from '../../kernel/time.ts';
import type { Traffic } from '../../scenario/scenario.ts';
import type { Agenda } from './agenda.ts';
import type { NodeBalancer } from './balancer.ts';
import type { ClientPools } from './client-pools.ts';
import type { Connections } from './connections.ts';
import type { DelayLine } from './delay-line.ts';
import type { NodeStates } from './node-states.ts';
import type { Outcomes } from './outcomes.ts';
import type { WaitingRequests } from './waiting-requests.ts';

export interface TrafficParts {
  readonly traffic: Traffic;
  readonly streams: RandomStreams;
  /** From a client to a pod, or back. */
  readonly oneWayMs: DurationMs;
  /** Nothing is asked from here on. */
  readonly horizonMs: TimeMs;
  /** One for each node. */
  readonly balancers: readonly NodeBalancer[];
  readonly nodes: NodeStates;
  readonly connections: Connections;
  readonly pools: ClientPools;
  /** SYNs and requests on their way to a pod. */
  readonly wire: DelayLine;
  /** First requests of connections whose SYN was answered: one round trip behind it. */
  readonly handshakes: DelayLine;
  readonly agenda: Agenda;
  readonly waiting: WaitingRequests;
  readonly outcomes: Outcomes;
}
