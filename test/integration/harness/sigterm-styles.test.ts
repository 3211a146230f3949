/** The workload under real load, with a SIGTERM in the middle, in each of the four styles of R-SRV-2. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { MeasuredRequest } from '../../../src/harness/load.ts';
import type { LifeEventName } from '../../../src/harness/workload/life-line.ts';
import type { SigtermBehaviour } from '../../../src/scenario/scenario.ts';
import {
  CLIENTS,
  countBy,
  planFor,
  runLoad,
  type LoadOutcome,
} from '../../unit/harness/load/load-fixture.ts';
import {
  portOf,
  startWorkload,
  WORKLOAD,
  type RunningWorkload,
} from '../../unit/harness/workload/workload-fixture.ts';

const RATE_RPS = 300;
const LASTS_MS = 2000;
const SIGTERM_AT_MS = 500;
const SERVICE_MS = 20;
/** What a busy machine may put between two things that belong together. */
const SLACK_MS = 250;

interface Scene {
  readonly load: LoadOutcome;
  readonly workload: RunningWorkload;
  readonly exitCode: number | null;
  /** All on the load's clock. */
  readonly sigtermMs: number;
  readonly closedMs: number;
  readonly exitedMs: number;
}

async function play(onSigterm: Partial<SigtermBehaviour>, keepAlive: boolean): Promise<Scene> {
  const workload = startWorkload({
    serviceTime: { kind: 'constant', value: SERVICE_MS },
    onSigterm: { ...WORKLOAD.onSigterm, ...onSigterm },
  });
  const plan = planFor(await portOf(workload), {
    rateRps: RATE_RPS,
    lastsMs: LASTS_MS,
    clients: { keepAlive, timeoutMs: 5000, connectTimeoutMs: 5000 },
  });
  let zeroEpochMs = 0;
  const load = await runLoad(plan, (started) => {
    ({ zeroEpochMs } = started);
    void sleep(zeroEpochMs + SIGTERM_AT_MS - Date.now()).then(() => {
      workload.kill('SIGTERM');
    });
  });
  workload.kill('SIGKILL');
  const { code, epochMs } = await workload.exited;
  const timeOf = (life: LifeEventName): number =>
    (workload.lines.find((line) => line.life === life)?.epochMs ?? Number.NaN) - zeroEpochMs;
  return {
    load,
    workload,
    exitCode: code,
    sigtermMs: timeOf('sigterm'),
    closedMs: timeOf('listener-closed'),
    exitedMs: epochMs - zeroEpochMs,
  };
}

/** No request is lost, and the server's own count fits what its callers saw. */
function expectConserved({ load, workload }: Scene): void {
  expect(load.offered).toBe(load.requests.length + load.inFlight);
  expect(load.inFlight).toBe(0);
  expect(load.offered).toBeGreaterThan(RATE_RPS / 2);
  if (!workload.lines.some(({ life }) => life === 'exited')) return;
  const heard = load.requests.filter(({ outcome }) => outcome === 'ok').length;
  const unheard = load.requests.filter(({ outcome }) => outcome !== 'ok' && outcome !== 'refused').length;
  const answered = workload.lines.findLast(({ life }) => life === 'served')?.counts?.answered ?? 0;
  expect(answered).toBeGreaterThanOrEqual(heard);
  expect(answered).toBeLessThanOrEqual(heard + unheard);
}

function outcomes(
  { load }: Scene,
  chosen: (request: MeasuredRequest) => boolean,
): { readonly outcomes: readonly string[]; readonly requests: readonly MeasuredRequest[] } {
  const requests = load.requests.filter(chosen);
  return { requests, outcomes: Object.keys(countBy(requests, ({ outcome }) => outcome)).sort() };
}

describe('a SIGTERM under load', () => {
  it('exit: cuts what is in flight and refuses what comes (R-SRV-2 a, R-SRV-4)', async () => {
    const scene = await play({ style: 'exit' }, true);
    expectConserved(scene);
    expect(scene.exitCode).toBe(143);
    expect(outcomes(scene, ({ endedMs }) => endedMs < scene.sigtermMs - 1).outcomes).toEqual(['ok']);
    const after = outcomes(scene, ({ sentMs }) => sentMs > scene.exitedMs + 1);
    expect(after.requests.length).toBeGreaterThan(0);
    expect(after.outcomes).toEqual(['refused']);
    // Those of a connection that its last moments took in too: their number has no bound, when they were under way has.
    const cut = outcomes(scene, ({ outcome }) => outcome !== 'ok' && outcome !== 'refused');
    expect(cut.requests.length).toBeGreaterThan(0);
    expect(
      cut.requests.every(
        ({ sentMs, endedMs }) => sentMs <= scene.exitedMs + 1 && endedMs >= scene.sigtermMs - 1,
      ),
    ).toBe(true);
    expect(cut.outcomes.every((outcome) => outcome === 'eof' || outcome === 'reset')).toBe(true);
  });

  it('stop-accept: finishes what is in flight and refuses new connections (R-SRV-2 b)', async () => {
    const scene = await play({ style: 'stop-accept' }, false);
    expectConserved(scene);
    expect(scene.exitCode).toBe(0);
    expect(outcomes(scene, ({ sentMs }) => sentMs < scene.sigtermMs - SLACK_MS).outcomes).toEqual(['ok']);
    const after = outcomes(scene, ({ sentMs }) => sentMs > scene.closedMs + 1);
    expect(after.requests.length).toBeGreaterThan(0);
    expect(after.outcomes).toEqual(['refused']);
    const names = scene.workload.lines.map(({ life }) => life).filter((life) => life !== 'served');
    expect(names).toEqual(['started', 'listening', 'sigterm', 'listener-closed', 'exited']);
  });

  it('lame-duck: serves on until its time is over, and sends clients away (R-SRV-2 c, R-SRV-8)', async () => {
    const lameDuckMs = 600;
    const scene = await play({ style: 'lame-duck', lameDuckMs, closeHeader: true }, true);
    expectConserved(scene);
    expect(scene.exitCode).toBe(0);
    expect(scene.closedMs - scene.sigtermMs).toBeGreaterThanOrEqual(lameDuckMs - 1);
    const during = outcomes(
      scene,
      ({ sentMs }) => sentMs > scene.sigtermMs + 1 && sentMs < scene.closedMs - SLACK_MS,
    );
    expect(during.outcomes).toEqual(['ok']);
    // Each connection of before carries one more request, whose answer ends it.
    const reused = during.requests.filter(({ connection }) => connection === 'reused').length;
    expect(reused).toBeLessThanOrEqual(CLIENTS.count * CLIENTS.connectionsEach);
    expect(during.requests.length - reused).toBeGreaterThan(0);
    const after = outcomes(scene, ({ sentMs }) => sentMs > scene.closedMs + 1);
    expect(after.outcomes).toEqual(['refused']);
  });

  it('ignore: serves until it is killed (R-SRV-1)', async () => {
    const scene = await play({ style: 'ignore' }, true);
    expectConserved(scene);
    expect(scene.exitCode).toBe(null);
    expect(outcomes(scene, () => true).outcomes).toEqual(['ok']);
    expect(countBy(scene.load.requests, ({ pod }) => pod ?? '')).toEqual({
      'checkout-1': scene.load.offered,
    });
  });
});
