/** The API server and the controllers behind it: calls, watches and one reconciliation. */
import { hasCondition } from '../kubernetes/live-objects.ts';
import type { LiveDeployment, LiveEndpointSlice } from '../kubernetes/live-objects.ts';
import { nowEpochMs } from './arrivals.ts';
import type { ProbeWorld } from './probe.ts';
import { addSample, medianOf } from './samples.ts';

const NAME = 'calibration-idle';
const MARK = 'calibration';
const SERVICE_LABEL = 'kubernetes.io/service-name';

export async function probeApi(world: ProbeWorld): Promise<void> {
  await probeCalls(world);
  await probeReconciliations(world);
}

/** apiCall, watch: an annotation of a Deployment without pods is changed again and again. */
async function probeCalls({ client, arrivals, samples, workload, pace, wait }: ProbeWorld): Promise<void> {
  await client.apply(workload.deployment(NAME, 0));
  for (let round = 0; round < pace.callRounds; round++) {
    const mark = String(round);
    const isMarked = (object: LiveDeployment | null): boolean =>
      object?.metadata.annotations?.[MARK] === mark;
    const seen = arrivals.when('Deployment', NAME, isMarked);
    const askedMs = nowEpochMs();
    await client.merge('Deployment', NAME, { metadata: { annotations: { [MARK]: mark } } });
    const answeredMs = nowEpochMs();
    addSample(samples, 'apiCall', answeredMs - askedMs);
    // The change is stored somewhere between the two; half of the call is the best guess for both ways.
    addSample(samples, 'watch', (await seen) - (askedMs + answeredMs) / 2);
    await wait(pace.callPauseMs);
  }
  await client.remove('Deployment', NAME);
}

/**
 * controllerSync: a label takes a running pod into a Service and out of it. The EndpointSlice controller hears of the
 * pod when this program does, and writes the slice: one reconciliation with one call.
 */
async function probeReconciliations(world: ProbeWorld): Promise<void> {
  const { client, arrivals, samples, workload, pace, wait } = world;
  const running = arrivals.when('Pod', NAME, (pod) => hasCondition(pod?.status.conditions, 'Ready'));
  await client.create(workload.pod(NAME));
  await running;
  const made = arrivals.find('EndpointSlice', ({ metadata }) => metadata.labels?.[SERVICE_LABEL] === NAME);
  await client.apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAME },
    spec: { selector: { [MARK]: 'in' }, ports: [{ port: 80, targetPort: workload.port }] },
  } as Parameters<typeof client.apply>[0]);
  const slice = (await made).metadata.name;
  const callMs = medianOf(samples.apiCall);
  for (let round = 0; round < pace.callRounds; round++) {
    const isIn = round % 2 === 0;
    const label = isIn ? 'in' : 'out';
    const lists = (object: LiveEndpointSlice | null): boolean =>
      (object?.endpoints?.length ?? 0) > 0 === isIn;
    const labelled = arrivals.when('Pod', NAME, (pod) => pod?.metadata.labels?.[MARK] === label);
    const followed = arrivals.when('EndpointSlice', slice, lists);
    await client.merge('Pod', NAME, { metadata: { labels: { [MARK]: label } } });
    const labelledMs = await labelled;
    addSample(samples, 'controllerSync', (await followed) - labelledMs - callMs);
    await wait(pace.callPauseMs);
  }
  await client.remove('Service', NAME);
  await client.remove('Pod', NAME);
}
