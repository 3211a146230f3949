/** A work queue for controllers whose syncs take their own time first and are tried again without end (R-GEN-3). */
import type { LatencySampler } from '../latencies.ts';
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
  const samplers = new Map<string, LatencySampler>();
  const samplerOf = (key: string): LatencySampler => {
    let sampler = samplers.get(key);
    if (sampler === undefined) {
      sampler = latencies.of('controllerSync', `${name}/${key}`);
      samplers.set(key, sampler);
    }
    return sampler;
  };
  const queue: WorkQueue = new WorkQueue(simulation, workers, (key, done) => {
    const finish = (succeeded: boolean): void => {
      if (succeeded) queue.forget(key);
      else queue.addRateLimited(key);
      done();
    };
    simulation.after(samplerOf(key).sample(), () => {
      reconcile(key, finish);
    });
  });
  return queue;
}
