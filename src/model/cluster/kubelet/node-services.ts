/** What all pods of one node share: its runtime, its image store, its status goroutine, its clocks. */
import type { TimeMs } from '../../../kernel/time.ts';
import type { ClusterContext } from '../cluster-context.ts';
import type { ContainerRuntime } from '../container-runtime.ts';
import type { BackOff } from './back-off.ts';
import type { ImagePuller } from './image-puller.ts';
import type { StatusManager } from './status-manager.ts';

export interface NodeServices {
  readonly context: ClusterContext;
  readonly runtime: ContainerRuntime;
  readonly imagePuller: ImagePuller;
  readonly statusManager: StatusManager;
  /** In milliseconds; keyed by pod and container. */
  readonly crashBackOff: BackOff;
  /** The next periodic relist of PLEG after now (R-POD-7). */
  nextRelistMs(): TimeMs;
  /** The first look into the work queue at or after `timeMs` (R-POD-26). */
  queueCheckMs(timeMs: TimeMs): TimeMs;
}
