/** From what a request met to the rule that explains it and the line behind it: each rule once, mostly in small runs. */
import { describe, expect, it } from 'vitest';
import type { FailureEvent, FailureMechanism } from '../../../../src/model/data-plane.ts';
import { Attribution } from '../../../../src/model/recording/attribution.ts';
import { LoadShare } from '../../../../src/model/recording/load-share.ts';
import { ManifestLines } from '../../../../src/model/recording/manifest-lines.ts';
import { PodHistories } from '../../../../src/model/recording/pod-history.ts';
import { simulate } from '../../../../src/model/simulate.ts';
import { Timeline } from '../../../../src/model/timeline.ts';
import type { Cause, RunRecord, TimelineEventKind } from '../../../../src/record.ts';
import type { SourceLocation } from '../../../../src/scenario/diagnostic.ts';
import {
  constantLatencies,
  NEW_CONNECTIONS,
  smallScenario,
  smallScenarioFiles,
  type Fields,
  type SmallScenario,
} from '../small-scenario.ts';

const READINESS: Fields = { readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 } };
const KILL_FIRST: Fields = {
  lifecycle: { preStop: { exec: { command: ['sh', '-c', 'kill -TERM 1; sleep 5'] } } },
};
const ONE_AT_A_TIME: Fields = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };

function run(small: SmallScenario): RunRecord {
  const scenario = smallScenario({ profile: constantLatencies(), ...small });
  return simulate(scenario, { seed: 1, failedSampleMax: 100_000 });
}

/** The text of the line that a location names, and of the next. */
function lineOf(small: SmallScenario, { file, line }: SourceLocation): string {
  const entry = smallScenarioFiles({ profile: constantLatencies(), ...small }).entries[file];
  if (entry?.kind !== 'text') throw new Error(`no file ${file}`);
  // A container begins with a bracket on a line of its own.
  return entry.text
    .split('\n')
    .slice(line - 1, line + 1)
    .join(' ');
}

interface Case {
  readonly name: string;
  readonly small: SmallScenario;
  readonly rule: string;
  /** Beginning of the first line behind it, and its file. */
  readonly line: string;
  readonly file?: string;
}

const NO_HOOK: SmallScenario = {
  rate: 300,
  container: READINESS,
  workload: { onSigterm: 'stop-accept', serviceTime: '5ms', boot: '100ms' },
  clients: NEW_CONNECTIONS,
  profile: constantLatencies({ proxySync: 500 }),
};

const CASES: readonly Case[] = [
  { name: 'no hook', small: NO_HOOK, rule: 'R-SRV-5', line: '"name": "web"' },
  {
    name: 'a hook that is too short',
    small: {
      ...NO_HOOK,
      container: { ...READINESS, lifecycle: { preStop: { exec: { command: ['sleep', '0.1'] } } } },
    },
    rule: 'R-SRV-5',
    line: '"preStop": {',
  },
  {
    name: 'a hook that signals first',
    small: { ...NO_HOOK, container: { ...READINESS, ...KILL_FIRST } },
    rule: 'R-SRV-7',
    line: '"preStop": {',
  },
  {
    name: 'Ready before it listens',
    small: { clients: NEW_CONNECTIONS, workload: { boot: '2s' } },
    rule: 'R-POD-14',
    line: '"name": "web"',
    file: 'changes/deployment.yaml',
  },
  {
    name: 'the only pod is replaced without surge',
    small: { ...NO_HOOK, replicas: 1, strategy: ONE_AT_A_TIME, workload: { boot: '2s', onSigterm: 'exit' } },
    rule: 'R-KP-7',
    line: '"strategy": {',
  },
  {
    name: 'Recreate',
    small: { ...NO_HOOK, strategy: { type: 'Recreate' } },
    rule: 'R-DEP-20',
    line: '"type": "Recreate"',
  },
  {
    name: 'an error of the application',
    small: { workload: { errorRate: 0.1 } },
    rule: 'R-SRV-11',
    line: '"errorRate": 0.1',
    file: 'scenario.yaml',
  },
  {
    name: 'the server closes an idle connection first',
    small: {
      workload: { keepAliveTimeout: '100ms' },
      profile: constantLatencies({ networkRoundTrip: 40 }),
    },
    rule: 'R-CLI-5',
    line: '"keepAliveTimeout": "100ms"',
    file: 'scenario.yaml',
  },
  {
    name: 'a draining server closes its connections',
    small: {
      rate: 500,
      workload: { onSigterm: { style: 'stop-accept' } },
      profile: constantLatencies({ networkRoundTrip: 20 }),
    },
    rule: 'R-SRV-8',
    line: '"onSigterm": {',
    file: 'scenario.yaml',
  },
  {
    name: 'the process exits at once',
    small: { rate: 500, workload: { onSigterm: 'exit', serviceTime: '100ms', boot: '0s' } },
    rule: 'R-SRV-2',
    line: '"onSigterm": "exit"',
    file: 'scenario.yaml',
  },
  {
    name: 'SIGTERM is ignored until SIGKILL',
    small: { graceSeconds: 2, workload: { onSigterm: 'ignore', serviceTime: '100ms', boot: '0s' } },
    rule: 'R-SRV-1',
    line: '"terminationGracePeriodSeconds": 2',
  },
  {
    name: 'the drain is longer than the grace period',
    small: {
      graceSeconds: 2,
      rate: 30,
      workload: { onSigterm: { style: 'stop-accept', drainMax: '30s' }, serviceTime: '4s', boot: '0s' },
      clients: { timeout: '20s' },
    },
    rule: 'R-SRV-10',
    line: '"terminationGracePeriodSeconds": 2',
  },
  {
    name: 'connections wait in the accept queue of a listener that closes',
    small: {
      ...NO_HOOK,
      rate: 140,
      workload: { onSigterm: 'stop-accept', serviceTime: '20ms', concurrency: 1, boot: '0s' },
    },
    rule: 'R-SRV-3',
    line: '"name": "web"',
  },
  {
    name: 'fewer pods than the load needs',
    small: {
      replicas: 4,
      rate: 300,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 3 } },
      container: READINESS,
      workload: { onSigterm: 'stop-accept', serviceTime: '10ms', concurrency: 1, backlog: 5, boot: '3s' },
      clients: NEW_CONNECTIONS,
    },
    rule: 'R-DEP-5',
    line: '"maxUnavailable": 3',
  },
  {
    name: 'too few pods all along',
    small: { changes: [], rate: 400, workload: { serviceTime: '10ms', concurrency: 1, backlog: 5 } },
    rule: 'R-APP-9',
    line: '"replicas": 3',
  },
  {
    name: 'new connections meet a pod that has no place',
    small: {
      changes: [],
      workload: { serviceTime: '20ms', concurrency: 1, backlog: 0 },
      clients: NEW_CONNECTIONS,
    },
    rule: 'R-APP-9',
    line: '"concurrency": 1',
    file: 'scenario.yaml',
  },
  {
    name: 'a cold pod',
    small: {
      container: READINESS,
      workload: { serviceTime: '10ms', coldStart: { factor: 300, tau: '2s' }, boot: '0s' },
      clients: { ...NEW_CONNECTIONS, timeout: '500ms' },
    },
    rule: 'R-APP-11',
    line: '"coldStart": {',
    file: 'scenario.yaml',
  },
  {
    name: 'affinity sends too many callers to one pod',
    small: {
      changes: [],
      rate: 120,
      service: { sessionAffinity: 'ClientIP' },
      workload: { serviceTime: '20ms', concurrency: 1, backlog: 0 },
      clients: { ...NEW_CONNECTIONS, count: 3 },
    },
    rule: 'R-KP-11',
    line: '"sessionAffinity": "ClientIP"',
    file: 'manifests/service.yaml',
  },
  {
    name: 'kept connections send too much to one pod',
    small: {
      changes: [],
      rate: 100,
      workload: { serviceTime: '20ms', concurrency: 1, backlog: 0 },
      clients: { count: 1, keepAlive: true },
    },
    rule: 'R-SUR-18',
    line: '"keepAlive": true',
    file: 'scenario.yaml',
  },
  {
    name: 'the process ends by itself',
    small: {
      durationSeconds: 60,
      workload: { versions: { '1.1.0': { runs: '5s' } } },
      clients: NEW_CONNECTIONS,
      container: READINESS,
    },
    rule: 'R-POD-25',
    line: '"name": "web"',
    file: 'changes/deployment.yaml',
  },
];

describe('the cause of a failure', () => {
  it.each(CASES)('$rule: $name', ({ small, rule, line, file }) => {
    const { causes, totals } = run(small);
    const cause = causes.find((other) => other.rule === rule && other.where.length > 0);
    expect(totals.failed, JSON.stringify(causes)).toBeGreaterThan(0);
    expect(cause, JSON.stringify(causes)).toBeDefined();
    const [where] = cause?.where ?? [];
    if (where === undefined) throw new Error('no line stands behind it');
    expect(lineOf(small, where)).toContain(line);
    expect(where.file).toBe(file ?? 'manifests/deployment.yaml');
  });

  it('is found by what had happened when the request failed, not by what came later', () => {
    // The only pod is deleted first and closes at once; the next one is Ready long before a slow proxy lists it.
    const record = run({
      ...NO_HOOK,
      replicas: 1,
      strategy: ONE_AT_A_TIME,
      workload: { boot: '0s', onSigterm: 'exit', serviceTime: '1ms' },
      container: {},
      profile: constantLatencies({
        proxySync: 2000,
        containerStart: 500,
        sandboxStop: 5000,
        podRemoval: 5000,
      }),
    });
    const readyMs = record.timeline.find(({ kind }) => kind === 'pod-ready')?.timeMs ?? Number.NaN;
    const refused = record.failedSample.filter(({ class: failure }) => failure === 'refused');
    const before = refused.filter(({ endedMs }) => endedMs < readyMs);
    const after = refused.filter(({ endedMs }) => endedMs > readyMs);
    expect(before.length).toBeGreaterThan(50);
    expect(after.length).toBeGreaterThan(50);
    expect(new Set(before.map(({ rule }) => rule))).toEqual(new Set(['R-KP-7']));
    expect(new Set(after.map(({ rule }) => rule))).toEqual(new Set(['R-SRV-5']));
  });
});

/** Attribution over a history that is written by hand, for what a run without faults does not bring about. */
function causeAfter(events: readonly TimelineEventKind[], mechanism: FailureMechanism, pod = 0): Cause {
  const scenario = smallScenario({ container: { livenessProbe: READINESS['readinessProbe'] } });
  const lines = new ManifestLines(scenario);
  const service = scenario.before.find((object) => object.kind === 'Service') ?? null;
  const deployment = lines.deploymentOf(service);
  const container = deployment?.template.containers[0];
  if (deployment === null || container === undefined) throw new Error('no Deployment');
  let nowMs = 0;
  const timeline = new Timeline(() => nowMs);
  const attribution = new Attribution({
    scenario,
    service,
    deployment,
    lines,
    histories: new PodHistories(timeline),
    servedPodAt: (index) =>
      index === 0
        ? { index, pod: { name: 'web-0', template: deployment.template } as never, container }
        : undefined,
    load: new LoadShare({ traffic: scenario.traffic, podCapacityRps: 100, readyPods: () => 3 }),
  });
  for (const kind of events) {
    nowMs += 1000;
    timeline.note(kind, 'pod/web-0');
  }
  return attribution.causeOf({ mechanism, pod, arrivedMs: nowMs, sentMs: nowMs } as FailureEvent);
}

describe('a history written by hand', () => {
  it('R-POD-27: a liveness probe has the container killed while its pod is still listed', () => {
    const cause = causeAfter(['listener-open', 'signal', 'sigterm', 'listener-closed'], 'listener-closed');
    expect(cause.rule).toBe('R-POD-27');
    expect(cause.where).toHaveLength(2);
  });

  it('R-POD-25: what stopped an earlier process of the container explains nothing any more', () => {
    const events = [
      'listener-open',
      'sigterm',
      'container-exited',
      'listener-open',
      'container-exited',
    ] as const;
    expect(causeAfter(events, 'listener-closed').rule).toBe('R-POD-25');
  });

  it('R-CLI-6: nobody knows the pod', () => {
    expect(causeAfter([], 'address-gone', -1)).toEqual({ rule: 'R-CLI-6', where: [] });
  });

  it('R-SRV-5: deleted, and the address answers nothing any more', () => {
    const events = ['listener-open', 'pod-terminating', 'sigterm', 'listener-closed', 'pod-gone'] as const;
    expect(causeAfter(events, 'address-gone').rule).toBe('R-SRV-5');
  });
});
