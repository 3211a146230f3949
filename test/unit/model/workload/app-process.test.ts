import { expect, test } from 'vitest';
import { Simulation } from '../../../../src/kernel/simulation.ts';
import type { ServerState } from '../../../../src/model/data-plane.ts';
import { AppProcess, type ProcessTimes } from '../../../../src/model/workload/app-process.ts';
import type { Probe, SigtermBehaviour, Workload } from '../../../../src/scenario/scenario.ts';

const PROBE: Probe = {
  handler: 'http',
  target: '/',
  initialDelaySeconds: 0,
  periodSeconds: 10,
  timeoutSeconds: 1,
  successThreshold: 1,
  failureThreshold: 3,
  terminationGracePeriodSeconds: null,
};

function workload(onSigterm: Partial<SigtermBehaviour> = {}): Workload {
  return {
    name: 'app',
    serviceTime: { kind: 'constant', value: 10 },
    concurrency: 1,
    backlog: 1,
    overflow: 'http-5xx',
    boot: { kind: 'constant', value: 0 },
    onSigterm: {
      style: 'stop-accept',
      drainMaxMs: 30_000,
      lameDuckMs: 0,
      failReadiness: false,
      closeHeader: false,
      ...onSigterm,
    },
    keepAliveTimeoutMs: 0,
    cpuPerRequestMs: 0,
    dependencies: [],
    coldStart: null,
    errorRate: 0,
    runs: null,
    failureRate: 0,
  };
}

function start(load: Workload, times: Partial<ProcessTimes> = {}, inFlightMs = 0) {
  const simulation = new Simulation();
  const log: string[] = [];
  const note = (what: string): void => {
    log.push(`${simulation.nowMs} ${what}`);
  };
  const process = new AppProcess(
    simulation,
    load,
    {
      bootMs: 100,
      runsMs: null,
      runsExitCode: 0,
      probeLatencyMs: 1,
      signalReactionMs: () => 10,
      ...times,
    },
    {
      setState: (state: ServerState) => note(state),
      processEnded: () => note('ended'),
      drainedAtMs: () => simulation.nowMs + inFlightMs,
    },
    {
      listening: () => undefined,
      signalled: () => undefined,
      listenerClosed: () => note('closed'),
      exited: (code) => note(`exit ${code}`),
    },
  );
  const ready = (): boolean => process.probe('readiness', PROBE).success;
  return { simulation, process, log, ready };
}

test('R-POD-14: nothing listens before the boot is over', () => {
  const { simulation, log, ready } = start(workload());
  simulation.runUntil(99);
  expect(ready()).toBe(false);
  simulation.runUntil(100);
  expect(ready()).toBe(true);
  expect(log).toEqual(['100 serving']);
});

test('R-SRV-2a: exit ends at once', () => {
  const { simulation, process, log } = start(workload({ style: 'exit' }), {}, 500);
  simulation.runUntil(1000);
  process.signal('TERM');
  simulation.runUntil(5000);
  expect(log).toEqual(['100 serving', '1010 ended', '1010 closed', '1010 exit 143']);
});

test('R-SRV-2b: stop-accept closes the listener, then finishes what is in flight', () => {
  const { simulation, process, log, ready } = start(workload(), {}, 500);
  simulation.runUntil(1000);
  process.signal('TERM');
  simulation.runUntil(1010);
  expect(ready()).toBe(false);
  simulation.runUntil(5000);
  expect(log).toEqual(['100 serving', '1010 draining', '1010 closed', '1510 ended', '1510 exit 0']);
});

test('R-SRV-2b: the drain is cut at drainMax', () => {
  const { simulation, process, log } = start(workload({ drainMaxMs: 200 }), {}, 500);
  simulation.runUntil(1000);
  process.signal('TERM');
  simulation.runUntil(5000);
  expect(log.at(-1)).toBe('1210 exit 0');
});

test('R-SRV-2c: a lame duck keeps its listener open and may fail readiness', () => {
  const style = { style: 'lame-duck', lameDuckMs: 2000, closeHeader: true, failReadiness: true } as const;
  const { simulation, process, log, ready } = start(workload(style));
  simulation.runUntil(1000);
  process.signal('TERM');
  simulation.runUntil(1010);
  expect(ready()).toBe(false);
  expect(process.probe('liveness', PROBE).success).toBe(true);
  simulation.runUntil(9000);
  expect(log).toEqual([
    '100 serving',
    '1010 closing',
    '3010 draining',
    '3010 closed',
    '3010 ended',
    '3010 exit 0',
  ]);
});

test('R-SRV-1: SIGTERM without a handler changes nothing; SIGKILL ends it', () => {
  const { simulation, process, log } = start(workload({ style: 'ignore' }));
  simulation.runUntil(1000);
  process.signal('TERM');
  simulation.runUntil(2000);
  expect(log).toEqual(['100 serving']);
  process.signal('KILL');
  process.signal('KILL');
  expect(log).toEqual(['100 serving', '2000 ended', '2000 closed', '2000 exit 137']);
});

test('a second SIGTERM does not restart the drain', () => {
  const { simulation, process, log } = start(workload(), {}, 500);
  simulation.runUntil(1000);
  process.signal('TERM');
  simulation.runUntil(1100);
  process.signal('TERM');
  simulation.runUntil(9000);
  expect(log.filter((line) => line.includes('exit'))).toEqual(['1510 exit 0']);
});

test('SIGTERM during the boot ends the process without it ever listening', () => {
  const { simulation, process, log } = start(workload());
  process.signal('TERM');
  simulation.runUntil(1000);
  expect(log).toEqual(['10 ended', '10 exit 143']);
});

test('a process that runs to completion exits with its code', () => {
  const { simulation, log } = start(workload(), { bootMs: null, runsMs: 700, runsExitCode: 1 });
  simulation.runUntil(1000);
  expect(log).toEqual(['700 ended', '700 exit 1']);
});
