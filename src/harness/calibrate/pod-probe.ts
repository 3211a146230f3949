/** A pod's life, from its creation to its removal, by its own words and by what the API shows. */
import { hasCondition } from '../kubernetes/live-objects.ts';
import { nowEpochMs } from './arrivals.ts';
import type { ProbeWorld } from './probe.ts';
import { PROBE_CONTAINER } from './probe-workload.ts';
import { addSample, medianOf } from './samples.ts';

/** schedule, containerStart, kubeletSync, containerRestart, killReaction, podRemoval; no more pods at a time than there are workers. */
export async function probePods(world: ProbeWorld): Promise<void> {
  const workers = world.cluster.nodes.filter(({ role }) => role === 'worker');
  for (let round = 0; round < world.pace.podRounds; round++)
    await Promise.all(workers.map(async ({ name }) => probePod(world, `calibration-${round}-${name}`)));
}

async function probePod(world: ProbeWorld, name: string): Promise<void> {
  const { client, arrivals, samples, workload, signal, pace, wait } = world;
  const callMs = medianOf(samples.apiCall);
  const watchMs = medianOf(samples.watch);
  const created = arrivals.when('Pod', name, (pod) => pod !== null);
  const scheduled = arrivals.when('Pod', name, (pod) => pod?.spec.nodeName !== undefined);
  const running = arrivals.when('Pod', name, (pod) => pod?.status.phase === 'Running');
  const ready = arrivals.when('Pod', name, (pod) => hasCondition(pod?.status.conditions, 'Ready'));
  await client.create(workload.pod(name));
  const scheduledMs = await scheduled;
  addSample(samples, 'schedule', scheduledMs - (await created) - callMs);
  const runningMs = await running;
  const first = new Map<string, number>();
  const firstTold = followLife(world, name, first);
  await ready;
  await wait(pace.runsMs);
  await restart(world, name);
  await firstTold;
  const life = new Map<string, number>();
  const told = followLife(world, name, life);
  await wait(pace.runsMs);
  const removed = arrivals.when('Pod', name, (pod) => pod === null);
  await client.remove('Pod', name);
  const deletedMs = nowEpochMs();
  const removedMs = await removed;
  await told;
  signal.throwIfAborted();
  const startedMs = first.get('started');
  if (startedMs !== undefined) {
    addSample(samples, 'containerStart', startedMs - scheduledMs);
    addSample(samples, 'kubeletSync', runningMs - startedMs - callMs - watchMs);
  }
  const endedMs = first.get('exited');
  const startedAgainMs = life.get('started');
  if (endedMs !== undefined && startedAgainMs !== undefined)
    addSample(samples, 'containerRestart', startedAgainMs - endedMs);
  const sigtermMs = life.get('sigterm');
  if (sigtermMs !== undefined) addSample(samples, 'killReaction', sigtermMs - deletedMs - watchMs);
  const exitedMs = life.get('exited');
  if (exitedMs !== undefined) addSample(samples, 'podRemoval', removedMs - exitedMs - watchMs);
}

/** Gives the container another image, which ends one process and starts the next; ends once that one is Ready. */
async function restart({ client, arrivals, workload }: ProbeWorld, name: string): Promise<void> {
  const ready = arrivals.when(
    'Pod',
    name,
    (pod) =>
      pod?.status.containerStatuses?.[0]?.restartCount === 1 && hasCondition(pod.status.conditions, 'Ready'),
  );
  const containers = [{ name: PROBE_CONTAINER, image: workload.imageAgain }];
  await client.mergeStrategically('Pod', name, { spec: { containers } });
  await ready;
}

/** Ends with the container. A log that breaks off leaves out what it would have told. */
export async function followLife(
  { client, workload, signal }: ProbeWorld,
  pod: string,
  life: Map<string, number>,
): Promise<void> {
  try {
    for await (const line of client.logLines(pod, PROBE_CONTAINER, signal)) {
      const told = workload.lifeOf(line);
      if (told !== null) life.set(told.kind, told.epochMs);
    }
  } catch {
    // The pod is gone, and its log with it.
  }
}
