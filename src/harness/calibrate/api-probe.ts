/** The API server and the controllers behind it: calls, watches and one reconciliation. */
import { controllerOf } from '../kubernetes/live-objects.ts';
import type { LiveDeployment, LiveReplicaSet } from '../kubernetes/live-objects.ts';
import { nowEpochMs } from './arrivals.ts';
import type { ProbeWorld } from './probe.ts';
import { addSample, medianOf } from './samples.ts';

const ROUNDS = 60;
const NAME = 'calibration-idle';
const MARK = 'calibration';
/** Between two rounds, so that none waits for the one before. */
const PAUSE_MS = 50;

/**
 * apiCall, watch, controllerSync: an annotation of a Deployment without pods is changed again and again. Its controller
 * copies it to the ReplicaSet, which is one reconciliation with one call.
 */
export async function probeApi({ client, arrivals, samples, workload, wait }: ProbeWorld): Promise<void> {
  const copied: number[] = [];
  const made = arrivals.find('ReplicaSet', (object) => controllerOf(object, 'Deployment') === NAME);
  await client.apply(workload.deployment(NAME, 0));
  const replicaSet = (await made).metadata.name;
  for (let round = 0; round < ROUNDS; round++) {
    const mark = String(round);
    const isMarked = (object: LiveDeployment | LiveReplicaSet | null): boolean =>
      object?.metadata.annotations?.[MARK] === mark;
    const seen = arrivals.when('Deployment', NAME, isMarked);
    const followed = arrivals.when('ReplicaSet', replicaSet, isMarked);
    const askedMs = nowEpochMs();
    await client.merge('Deployment', NAME, { metadata: { annotations: { [MARK]: mark } } });
    const answeredMs = nowEpochMs();
    addSample(samples, 'apiCall', answeredMs - askedMs);
    // The change is stored somewhere between the two; half of the call is the best guess for both ways.
    addSample(samples, 'watch', (await seen) - (askedMs + answeredMs) / 2);
    copied.push((await followed) - (await seen));
    await wait(PAUSE_MS);
  }
  const callMs = medianOf(samples.apiCall);
  for (const durationMs of copied) addSample(samples, 'controllerSync', durationMs - callMs);
  await client.remove('Deployment', NAME);
}
