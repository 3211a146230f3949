/** A work queue for controllers whose syncs take their own time first and are tried again without end (R-GEN-3). */
import type { ClusterContext } from './cluster-context.ts';
import { WorkQueue } from './work-queue.ts';

/** Reconciles one key and calls `finish` once; a sync that did not succeed is tried again. */
export type RetriedReconcile = (key: string, finish: (succeeded: boolean) => void) => void;

/** @param name the controller's, which keys the draws of its `controllerSync` latency */
export function retryingQueue(
  { simulation, latencies }: ClusterContext,
  name: string,
  workers: number,
  reconcile: RetriedReconcile,
): WorkQueue {
  const queue: WorkQueue = new WorkQueue(simulation, workers, (key, done) => {
    const finish = (succeeded: boolean): void => {
      if (succeeded) queue.forget(key);
      else queue.addRateLimited(key);
      done();
    };
    simulation.after(latencies.sample('controllerSync', `${name}/${key}`), () => {
      reconcile(key, finish);
    });
  });
  return queue;
}
