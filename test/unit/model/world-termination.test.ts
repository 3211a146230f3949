/** R-SUR-27: what happens to one pod that is deleted, for each hook, grace period and style of its table. */
import { describe, expect, it } from 'vitest';
import type { FailureEvent } from '../../../src/model/data-plane.ts';
import { simulate } from '../../../src/model/simulate.ts';
import { World } from '../../../src/model/world.ts';
import type { RunRecord, TimelineEventKind } from '../../../src/record.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { constantLatencies, smallScenario, type Fields } from './small-scenario.ts';

/** The kubelet reacts after 50 ms, the application after 10 and the proxies after 700: inside the bounds of the table. */
const PROFILE = constantLatencies({ watch: 1, killReaction: 49, signalReaction: 10, proxySync: 700 });

interface Row {
  readonly name: string;
  readonly hook: Fields | null;
  readonly graceSeconds: number;
  readonly style?: Fields;
  /** Seconds after the deletion. */
  readonly signal: number;
  readonly listenerClosed: number;
  readonly sigkillLimit: number;
  readonly refuses: boolean;
  /** From when no caller uses a connection that it had kept alive. */
  readonly keptAliveUntil: number;
}

const sleep = (seconds: number): Fields => ({ sleep: { seconds } });
const killFirst = (seconds: number): Fields => ({
  exec: { command: ['/bin/sh', '-c', `kill -TERM 1; sleep ${seconds}`] },
});

const ROWS: readonly Row[] = [
  {
    name: 'none, 30',
    hook: null,
    graceSeconds: 30,
    signal: 0.05,
    listenerClosed: 0.06,
    sigkillLimit: 30,
    refuses: true,
    keptAliveUntil: 0.06,
  },
  {
    name: 'kill -TERM 1; sleep 45, 60',
    hook: killFirst(45),
    graceSeconds: 60,
    signal: 0.07,
    listenerClosed: 0.08,
    sigkillLimit: 60,
    refuses: true,
    keptAliveUntil: 0.08,
  },
  {
    name: 'kill -TERM 1; sleep 45, 30',
    hook: killFirst(45),
    graceSeconds: 30,
    signal: 0.07,
    listenerClosed: 0.08,
    sigkillLimit: 32,
    refuses: true,
    keptAliveUntil: 0.08,
  },
  {
    name: 'sleep 5, 30',
    hook: sleep(5),
    graceSeconds: 30,
    signal: 5.05,
    listenerClosed: 5.06,
    sigkillLimit: 30,
    refuses: false,
    keptAliveUntil: 5.06,
  },
  {
    name: 'sleep 45, 30',
    hook: sleep(45),
    graceSeconds: 30,
    signal: 30.05,
    listenerClosed: 30.06,
    sigkillLimit: 32,
    refuses: false,
    keptAliveUntil: 30.06,
  },
  {
    name: 'sleep 45, 60',
    hook: sleep(45),
    graceSeconds: 60,
    signal: 45.05,
    listenerClosed: 45.06,
    sigkillLimit: 60,
    refuses: false,
    keptAliveUntil: 45.06,
  },
  {
    name: 'none, lame duck 10 s, 30',
    hook: null,
    graceSeconds: 30,
    style: { style: 'lame-duck', lameDuck: '10s', closeHeader: true },
    signal: 0.05,
    listenerClosed: 10.05,
    sigkillLimit: 30,
    refuses: false,
    keptAliveUntil: 0.06,
  },
];

function deletionOf(
  { hook, graceSeconds }: Row,
  onSigterm: Fields,
  extra: { workload?: Fields; clients?: Fields } = {},
): Scenario {
  return smallScenario({
    nodes: 2,
    replicas: 4,
    graceSeconds,
    profile: PROFILE,
    container: hook === null ? {} : { lifecycle: { preStop: hook } },
    workload: { onSigterm, serviceTime: '5ms', ...extra.workload },
    rate: 500,
    clients: { keepAlive: false, connectionsEach: 500, ...extra.clients },
    changes: [{ at: '10s', scale: { deployment: 'web', replicas: 3 } }],
  });
}

function deleteOne(row: Row, onSigterm: Fields): RunRecord {
  return simulate(deletionOf(row, onSigterm), { seed: 1, engine: 'exact' });
}

/** Seconds from the deletion to the first such event of the deleted pod. */
function secondsUntil({ timeline }: RunRecord, kind: TimelineEventKind): number | null {
  const deleted = timeline.find((event) => event.kind === 'pod-terminating');
  const event = timeline.find((other) => other.kind === kind && other.object === deleted?.object);
  return deleted === undefined || event === undefined ? null : (event.timeMs - deleted.timeMs) / 1000;
}

describe.each(ROWS)('R-SUR-27: $name', (row) => {
  it('signals, closes its listener and refuses as the table says', () => {
    const record = deleteOne(row, row.style ?? { style: 'stop-accept' });
    // A hook's first command takes the table 20 ms, and the model no time.
    expect(Math.abs((secondsUntil(record, 'signal') ?? Number.NaN) - row.signal)).toBeLessThan(0.025);
    expect(
      Math.abs((secondsUntil(record, 'listener-closed') ?? Number.NaN) - row.listenerClosed),
    ).toBeLessThan(0.025);
    expect(secondsUntil(record, 'sigkill')).toBeNull();
    const { refused = 0 } = record.totals.failedByClass;
    if (row.refuses) expect(refused).toBeGreaterThan(0);
    else expect(record.totals.failed).toBe(0);
    // What is refused is refused between the closed listener and the last withdrawal.
    const withdrawn = record.timeline.findLast(({ kind }) => kind === 'endpoint-withdrawn');
    const closed = record.timeline.find(({ kind }) => kind === 'listener-closed');
    for (const { arrivedMs, class: failure } of record.failedSample) {
      if (failure !== 'refused') continue;
      expect(arrivedMs).toBeGreaterThan((closed?.timeMs ?? Number.NaN) - 1);
      expect(arrivedMs).toBeLessThan(withdrawn?.timeMs ?? Number.NaN);
    }
  });

  it('is killed at its limit when it does not end by itself (R-POD-18)', () => {
    const record = deleteOne(row, { style: 'ignore' });
    expect(Math.abs((secondsUntil(record, 'sigkill') ?? Number.NaN) - row.sigkillLimit)).toBeLessThan(0.06);
  });

  it('parts from kept-alive callers when it closes, or by its header', () => {
    const lastS = lastReuse(row);
    expect(lastS).toBeGreaterThan(row.keptAliveUntil - 0.2);
    // A lame duck says close with its next answer on each connection; the others close at once.
    expect(lastS).toBeLessThan(row.keptAliveUntil + (row.style === undefined ? 0.025 : 0.5));
  });
});

/** Half of the answers are errors of the application, so that what reaches the pod on reused connections shows. */
function lastReuse(row: Row): number {
  const failures: FailureEvent[] = [];
  const scenario = deletionOf(row, row.style ?? { style: 'stop-accept' }, {
    workload: { errorRate: 0.5 },
    clients: { keepAlive: true, connectionsEach: 8, reuse: 'random' },
  });
  const world = new World(scenario, { seed: 1, engine: 'exact', detail: 'full' }, (failure) =>
    failures.push({ ...failure }),
  );
  world.begin();
  world.run();
  const deleted = world.timeline.events.find(({ kind }) => kind === 'pod-terminating');
  const index = world.runtime.servedPod(deleted?.object.slice('pod/'.length) ?? '')?.index;
  const reused = failures.filter(
    ({ pod, mechanism, reusedConnection }) =>
      pod === index && mechanism === 'application-error' && reusedConnection,
  );
  return (Math.max(...reused.map(({ sentMs }) => sentMs)) - (deleted?.timeMs ?? Number.NaN)) / 1000;
}
