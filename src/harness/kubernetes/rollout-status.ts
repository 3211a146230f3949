/** What `kubectl rollout status` says of a Deployment (R-DEP-12). */
import type { LiveDeployment } from './live-objects.ts';

export type RolloutStatus = 'rolling' | 'complete' | 'stalled';

export function rolloutStatus({ metadata, spec, status }: LiveDeployment): RolloutStatus {
  // Until the controller has seen the change, its status speaks of the one before.
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return 'rolling';
  const progressing = status.conditions?.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') return 'stalled';
  const { replicas: wanted = 1 } = spec;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const complete = updatedReplicas === wanted && replicas === wanted && availableReplicas === wanted;
  return complete ? 'complete' : 'rolling';
}
