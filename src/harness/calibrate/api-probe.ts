/** The API server and the controllers behind it: calls, watches and one reconciliation. */
import type { ProbeWorld } from './probe.ts';
import { addSample, medianOf } from './samples.ts';
import { nowEpochMs } from './arrivals.ts';

const CALLS = 60;
const RECONCILIATIONS = 20;
const NAME = 'calibration-idle';

/** apiCall, watch: one field of a Deployment without pods is changed again and again. controllerSync: how soon its ReplicaSet follows. */
export async function probeApi({ client, arrivals, samples, workload, wait }: ProbeWorld): Promise<void> {
  await client.apply(workload.deployment(NAME, 0));
  for (let call = 0; call < CALLS; call++) {
    const mark = String(call);
    const seen = arrivals.when(
      'Deployment',
      NAME,
      (deployment) => deployment?.metadata.annotations?.['calibration'] === mark,
    );
    const askedMs = nowEpochMs();
    await client.merge('Deployment', NAME, { metadata: { annotations: { calibration: mark } } });
    const answeredMs = nowEpochMs();
    addSample(samples, 'apiCall', answeredMs - askedMs);
    // The change is stored somewhere between the two; half of the call is the best guess for both ways.
    addSample(samples, 'watch', (await seen) - (askedMs + answeredMs) / 2);
    await wait(20);
  }
  const callMs = medianOf(samples.apiCall);
  for (let round = 1; round <= RECONCILIATIONS; round++) {
    const paused = String(round);
    const template = { metadata: { annotations: { calibration: paused } } };
    const stored = arrivals.when(
      'Deployment',
      NAME,
      (deployment) => deployment?.spec.template.metadata?.annotations?.['calibration'] === paused,
    );
    // The controller tells that it has looked at a generation by writing the status, after whatever it had to do.
    const target = (await client.merge('Deployment', NAME, { spec: { template } })).metadata.generation ?? 0;
    const observed = arrivals.when(
      'Deployment',
      NAME,
      (deployment) => (deployment?.status.observedGeneration ?? 0) >= target,
    );
    // A new template makes a ReplicaSet and two writes of the status: three calls besides the reconciliation itself.
    addSample(samples, 'controllerSync', (await observed) - (await stored) - 3 * callMs);
    await wait(50);
  }
  await client.remove('Deployment', NAME);
}
