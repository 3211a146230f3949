/** Pods that start together share the machine that all nodes of the cluster stand on: how much of its time one start takes. */
import type { ProbeWorld } from './probe.ts';
import { followLife } from './pod-probe.ts';
import { addSample } from './samples.ts';

/** startWork, once a round: the time until the last of many has started, over how many they are. */
export async function probeBursts(world: ProbeWorld): Promise<void> {
  const { burstRounds, burstPods } = world.pace;
  for (let round = 0; round < burstRounds; round++) {
    const names = Array.from({ length: burstPods }, (_, index) => `calibration-burst-${round}-${index}`);
    const starts = await Promise.all(names.map(async (name) => startPod(world, name)));
    await Promise.all(names.map(async (name) => removePod(world, name)));
    const startedMs = (await Promise.all(starts.map(async ({ startedMs }) => startedMs()))).filter(
      (ms) => ms !== undefined,
    );
    world.signal.throwIfAborted();
    const firstScheduledMs = Math.min(...starts.map(({ scheduledMs }) => scheduledMs));
    if (startedMs.length === burstPods)
      addSample(world.samples, 'startWork', (Math.max(...startedMs) - firstScheduledMs) / burstPods);
  }
}

interface Start {
  readonly scheduledMs: number;
  /** Once its log has ended; undefined where it does not tell. */
  readonly startedMs: () => Promise<number | undefined>;
}

async function startPod(world: ProbeWorld, name: string): Promise<Start> {
  const { client, arrivals, workload } = world;
  const scheduled = arrivals.when('Pod', name, (pod) => pod?.spec.nodeName !== undefined);
  const running = arrivals.when('Pod', name, (pod) => pod?.status.phase === 'Running');
  await client.create(workload.pod(name));
  const scheduledMs = await scheduled;
  await running;
  const life = new Map<string, number>();
  const told = followLife(world, name, life);
  return {
    scheduledMs,
    async startedMs() {
      await told;
      return life.get('started');
    },
  };
}

async function removePod({ client, arrivals }: ProbeWorld, name: string): Promise<void> {
  const removed = arrivals.when('Pod', name, (pod) => pod === null);
  await client.remove('Pod', name);
  await removed;
}
