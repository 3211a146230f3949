/** A whole calibration of a stand-in cluster whose latencies are known. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { calibrate } from '../../src/harness/calibrate/calibrate.ts';
import { probeWorkload } from '../../src/harness/calibrate/probe-workload.ts';
import type { Samples } from '../../src/harness/calibrate/samples.ts';
import { SERVED } from '../../src/harness/calibrate/served-pod.ts';
import type { RunningCluster } from '../../src/harness/cluster.ts';
import { EnvironmentError } from '../../src/harness/environment-error.ts';
import { OWNER } from '../../src/harness/experiment/namespace-owner.ts';
import { ApiUnreachable } from '../../src/harness/kubernetes/api-error.ts';
import { processText } from '../../src/harness/process-identity.ts';
import { interruptedSim, sim } from '../integration/cli-process.ts';
import { StandInApi } from '../integration/stand-in/api-server.ts';
import { POD_LATENCIES } from '../integration/stand-in/bare-pods.ts';
import { PACE } from '../integration/stand-in/calibration-pace.ts';
import { Entrances, PROXY_SYNC_MS, ROUND_TRIP_MS } from '../integration/stand-in/entrances.ts';
import { environmentOf } from '../integration/stand-in/spawned/stand-in.ts';
import { STAND_IN_WAITS } from '../integration/stand-in/waits.ts';

const PRELOAD = new URL('../integration/stand-in/spawned/preload.ts', import.meta.url);

/** What calls take off a latency whose beginning is known by a call alone. */
const EARLY_MS = 80;
/** What a busy machine may add to the shortest of several. */
const LATE_MS = 400;

let api: StandInApi;
let entrances: Entrances;
let cluster: RunningCluster;

beforeEach(async () => {
  api = new StandInApi({ bootMs: 60, endMs: 80 });
  entrances = new Entrances(api.store, SERVED);
  cluster = await entrances.of(await api.start());
});

afterEach(async () => {
  entrances.close();
  await api.stop();
});

async function calibrated(
  told: (text: string) => void = () => undefined,
  signal: AbortSignal = new AbortController().signal,
): Promise<Samples> {
  return calibrate(cluster, {
    workload: probeWorkload('calibration:1'),
    pace: PACE,
    progress: told,
    signal,
  });
}

function spawned(): { readonly preload: URL; readonly env: Record<string, string> } {
  return { preload: PRELOAD, env: environmentOf({ cluster, waits: STAND_IN_WAITS }) };
}

describe('a calibration', () => {
  test('finds the latencies of its cluster, and leaves nothing there', async () => {
    const told: string[] = [];
    const samples = await calibrated((text) => void told.push(text));
    const known = {
      ...POD_LATENCIES,
      apiCall: 0,
      watch: 0,
      controllerSync: 0,
      startWork: POD_LATENCIES.containerStart / PACE.burstPods,
      proxySync: PROXY_SYNC_MS,
      networkRoundTrip: ROUND_TRIP_MS,
    };
    // A stand-in's address refuses connections as long as it lives, and never goes: there is no sandbox to stop.
    expect(Object.keys(samples).toSorted()).toEqual(Object.keys(known).toSorted());
    for (const [name, knownMs] of Object.entries(known)) {
      // A busy machine makes some longer, and some shorter whose beginning it saw late.
      const measuredMs = samples[name as keyof typeof known] ?? [];
      expect(Math.max(...measuredMs), name).toBeGreaterThanOrEqual(knownMs - EARLY_MS);
      expect(Math.min(...measuredMs), name).toBeLessThan(knownMs + LATE_MS);
    }
    const nodes = cluster.nodes.length;
    expect(samples).toMatchObject({
      apiCall: { length: PACE.callRounds },
      controllerSync: { length: PACE.callRounds },
      schedule: { length: nodes - 1 },
      podRemoval: { length: nodes - 1 },
      startWork: { length: PACE.burstRounds },
      proxySync: { length: nodes * PACE.proxyRounds * 2 },
      networkRoundTrip: { length: nodes * PACE.roundTrips },
    });
    expect(told).toEqual([
      'probing: API server and controllers',
      'probing: lives of pods',
      'probing: pods that start together',
      'probing: proxies and network',
      'cleaning up',
    ]);
    for (const plural of ['namespaces', 'pods', 'services', 'deployments', 'endpointslices'])
      expect(api.store.all(plural)).toEqual([]);
  });

  test('is refused while a replay or another calibration uses the cluster, and touches nothing', async () => {
    const metadata = { annotations: { [OWNER]: processText(process.ppid) } } as never;
    api.store.put('namespaces', 'rollout-sim', { kind: 'Namespace', metadata });
    await expect(calibrated()).rejects.toThrow(
      `Another replay or calibration uses the cluster stand-in (process ${process.ppid})`,
    );
    expect(api.store.all('namespaces')).toHaveLength(1);
  });

  test('takes the place of one that was killed once its namespace is gone, and ends when its own is', async () => {
    const metadata = { annotations: { [OWNER]: '1 0' } } as never;
    api.store.put('namespaces', 'rollout-sim', { kind: 'Namespace', metadata });
    api.namespaceEndMs = 300;
    const interruption = new AbortController();
    const told: string[] = [];
    const ended = calibrated((text) => {
      told.push(text);
      if (text.startsWith('probing')) interruption.abort();
    }, interruption.signal);
    expect(await ended.catch((error: unknown) => error)).toBe(interruption.signal.reason);
    expect(told[0]).toBe('removing what was left in the namespace rollout-sim');
    expect(api.store.all('namespaces')).toEqual([]);
  });

  test.each(['lives of pods', 'proxies and network'])(
    'that loses its API server at %s says so',
    async (probe) => {
      const ended = calibrated((text) => {
        if (text === `probing: ${probe}`) setTimeout(() => void api.stop(), 50);
      });
      await expect(ended).rejects.toBeInstanceOf(ApiUnreachable);
    },
  );

  test('says which proxy does not follow', async () => {
    entrances.close();
    const ended = calibrate(cluster, {
      workload: probeWorkload('calibration:1'),
      pace: { ...PACE, proxyWithinMs: 200 },
      progress: () => undefined,
      signal: new AbortController().signal,
    });
    await expect(ended).rejects.toThrow(EnvironmentError);
    await expect(ended).rejects.toThrow(
      /^The proxy of stand-in-\S+ has not listed an endpoint within 0\.2 s;/u,
    );
    expect(api.store.all('namespaces')).toEqual([]);
  });
});

describe('a spawned sim calibrate', () => {
  test.each(['lives of pods', 'proxies and network'])(
    'ends on Ctrl-C while it probes %s, in one line, and leaves nothing there',
    async (probe) => {
      const ended = await interruptedSim(['calibrate'], new RegExp(`^probing: ${probe}`, 'mu'), spawned());
      expect(ended).toMatchObject({ exitCode: 130, stdout: '' });
      expect(ended.stderr).toMatch(new RegExp(`probing: ${probe}\ncleaning up\nInterrupted\\.$`, 'u'));
      for (const plural of ['namespaces', 'pods', 'services']) expect(api.store.all(plural)).toEqual([]);
    },
  );

  test('ends with 3 when its API server refuses a call', async () => {
    const message = 'provided port is already allocated';
    api.refuses = (plural) => (plural === 'services' ? { status: 422, message } : null);
    const ended = await sim(['calibrate'], spawned());
    expect(ended).toMatchObject({ exitCode: 3, stdout: '' });
    expect(ended.stderr).toMatch(
      /\ncleaning up\nThe API server refused a call: provided port is already allocated$/u,
    );
    expect(api.store.all('namespaces')).toEqual([]);
  });
});
