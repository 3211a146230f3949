/**
 * Runs Kubernetes' table rows on the kubelet's own functions: probe workers, container flags, restarts, back-off,
 * pod phase and Ready conditions. `header.fieldDocs` of each vector file defines the shapes.
 */
import { initialTransition, transition } from 'xstate';
import { Simulation } from '../../../src/kernel/simulation.ts';
import type { ProbeKind } from '../../../src/model/cluster/container-runtime.ts';
import { BackOff, crashLoopSettings } from '../../../src/model/cluster/kubelet/back-off.ts';
import {
  containerFlags,
  containersReadyCondition,
  podPhase,
  podReadyCondition,
  shouldRestart,
  type FlagsInput,
  type LastState,
  type PhaseContainer,
  type PhaseInput,
  type ReadyInput,
} from '../../../src/model/cluster/kubelet/pod-status.ts';
import {
  decideTick,
  judgeReport,
  type HandlerReport,
  type ProbeView,
} from '../../../src/model/cluster/kubelet/probe-tick.ts';
import { probeMachine, type ProbeSnapshot } from '../../../src/model/cluster/probe.machine.ts';
import { WorkQueue } from '../../../src/model/cluster/work-queue.ts';

type RestartPolicy = PhaseInput['restartPolicy'];

interface WorkerSettings {
  readonly probeType: ProbeKind;
  readonly initialDelaySeconds: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
}

/** A probe worker without a clock: its ticks come from a table. */
class TableWorker {
  readonly #settings: WorkerSettings;
  #snapshot: ProbeSnapshot;

  constructor(settings: WorkerSettings) {
    this.#settings = settings;
    const { probeType: kind, successThreshold = 1, failureThreshold = 1 } = settings;
    [this.#snapshot] = initialTransition(probeMachine, { kind, successThreshold, failureThreshold });
  }

  tick(view: ProbeView | null, success: boolean): void {
    const { probeType: kind, initialDelaySeconds } = this.#settings;
    const { instance } = this.#snapshot.context;
    const onHold = this.#snapshot.value === 'onHold';
    const { events, ask } = decideTick({ kind, initialDelaySeconds, instance, onHold }, view);
    for (const event of events) [this.#snapshot] = transition(probeMachine, this.#snapshot, event);
    if (ask) [this.#snapshot] = transition(probeMachine, this.#snapshot, { type: 'answer', success });
  }

  get state(): { keepGoing: boolean; result: string | null; onHold: boolean; resultRun: number } {
    const { context, value, status } = this.#snapshot;
    const { result, resultRun } = context;
    return { keepGoing: status === 'active', result, onHold: value === 'onHold', resultRun };
  }
}

interface DoProbeInput extends WorkerSettings {
  readonly podState: 'none' | 'failed' | 'deleting' | 'otherContainer' | 'waiting' | 'terminated' | 'running';
  readonly restartPolicy: RestartPolicy;
}

function doProbe(input: DoProbeInput): unknown {
  const { podState, probeType, restartPolicy } = input;
  const state = podState === 'waiting' || podState === 'terminated' ? podState : 'running';
  const container = {
    instance: 0,
    state,
    runningSeconds: 0,
    started: probeType !== 'startup',
    restartable: restartPolicy !== 'Never',
  } as const;
  const view: ProbeView = {
    podPhase: podState === 'failed' ? 'Failed' : 'Running',
    terminating: podState === 'deleting',
    container: podState === 'otherContainer' ? null : container,
  };
  const worker = new TableWorker(input);
  worker.tick(podState === 'none' ? null : view, true);
  const { keepGoing, result } = worker.state;
  return { keepGoing, result };
}

interface ProbeSequenceInput extends WorkerSettings {
  readonly started: boolean;
  readonly steps: readonly {
    readonly probe?: 'success' | 'failure';
    readonly check?: boolean;
    readonly before?: {
      readonly started?: boolean;
      readonly newContainer?: boolean;
      readonly runningSeconds?: number;
    };
  }[];
}

function probeSequence(input: ProbeSequenceInput): unknown {
  const worker = new TableWorker(input);
  let { started } = input;
  let instance = 0;
  let runningSeconds = 0;
  const steps = input.steps.map(({ probe, check, before }) => {
    started = before?.started ?? started;
    runningSeconds = before?.runningSeconds ?? runningSeconds;
    if (before?.newContainer === true) instance++;
    if (check !== true) {
      const container = { instance, state: 'running', runningSeconds, started, restartable: true } as const;
      worker.tick({ podPhase: 'Running', terminating: false, container }, probe === 'success');
    }
    return worker.state;
  });
  return { steps };
}

interface TerminatedProbeInput {
  readonly probeType: ProbeKind;
  readonly restartPolicy: RestartPolicy;
  readonly sidecar: boolean;
}

function terminatedProbe({ probeType, restartPolicy, sidecar }: TerminatedProbeInput): unknown {
  const worker = new TableWorker({ probeType, initialDelaySeconds: 0 });
  const container = {
    instance: 0,
    state: 'terminated',
    runningSeconds: 0,
    started: false,
    restartable: sidecar || restartPolicy !== 'Never',
  } as const;
  worker.tick({ podPhase: 'Running', terminating: false, container }, true);
  const { keepGoing, result } = worker.state;
  return { keepGoing, result };
}

interface ProbeHandlerInput {
  readonly handler: 'none' | 'empty' | 'exec';
  readonly execResult: HandlerReport | null;
  readonly execError: boolean;
  readonly unsupported: boolean;
}

function probeHandler({ handler, execResult, execError, unsupported }: ProbeHandlerInput): unknown {
  return judgeReport(execResult, execError || unsupported || handler === 'empty');
}

type FlagsRow = Pick<FlagsInput, 'state' | 'startupProbe' | 'readinessProbe'> & {
  readonly init?: boolean;
  readonly sidecar?: boolean;
};

function flags({ init = false, sidecar = false, ...rest }: FlagsRow): unknown {
  const exitCode = rest.state === 'terminated' ? 0 : null;
  return containerFlags({ ...rest, exitCode, init, sidecar });
}

interface RestartRow {
  readonly state: LastState['state'];
  readonly exitCode?: number;
  readonly restartPolicy: RestartPolicy;
  readonly podDeleting: boolean;
}

function containerRestart({ state, exitCode = 0, restartPolicy, podDeleting }: RestartRow): unknown {
  const last: LastState = state === 'exited' ? { state, exitCode } : { state };
  return { restart: shouldRestart(last, restartPolicy, podDeleting) };
}

function crashLoop({ gates, nodeMaxSeconds }: { gates: readonly string[]; nodeMaxSeconds: number }): unknown {
  const { initial, max } = crashLoopSettings({
    reduceDefaultDecay: gates.includes('ReduceDefaultCrashLoopBackOffDecay'),
    nodeMaxSeconds: gates.includes('KubeletCrashLoopBackOffMax') ? nodeMaxSeconds : null,
  });
  return { initialSeconds: initial, maxSeconds: max };
}

interface BackOffRow {
  readonly initialSeconds: number;
  readonly maxSeconds: number;
  readonly expirySeconds?: number;
  readonly expiryInclusive?: boolean;
  readonly ops: readonly {
    readonly op: 'next' | 'get' | 'inBackoffSince' | 'inBackoffSinceUpdate' | 'gc' | 'reset';
    readonly at: number;
    readonly event?: number;
  }[];
}

function backOff(row: BackOffRow): unknown {
  const timer = new BackOff({
    initial: row.initialSeconds,
    max: row.maxSeconds,
    ...(row.expirySeconds === undefined ? {} : { expiry: row.expirySeconds }),
    ...(row.expiryInclusive === undefined ? {} : { expiryInclusive: row.expiryInclusive }),
  });
  const key = 'pod/container';
  const values = row.ops.map(({ op, at, event = at }) => {
    switch (op) {
      case 'next':
        timer.next(key, event, at);
        return null;
      case 'get':
        return timer.get(key);
      case 'inBackoffSince':
        return timer.inBackOffSince(key, event, at);
      case 'inBackoffSinceUpdate':
        return timer.inBackOffSinceUpdate(key, event);
      case 'gc':
        timer.collect(at);
        return timer.has(key);
      case 'reset':
        timer.reset(key);
        return null;
    }
  });
  return { values };
}

type RequeueRow = { readonly keys: readonly string[] } & (
  | { readonly kind: 'exponential'; readonly baseMs: number; readonly maxMs: number }
  | {
      readonly kind: 'fastSlow';
      readonly fastMs: number;
      readonly slowMs: number;
      readonly fastAttempts: number;
    }
);

/** Fails each key in turn on a real work queue and measures when it comes back. */
function requeueDelay(row: RequeueRow): unknown {
  const simulation = new Simulation();
  const returns: number[] = [];
  const queue = new WorkQueue(simulation, 1, (_key, done) => {
    returns.push(simulation.nowMs);
    done();
  });
  const delaysMs = row.keys.map((key) => {
    if (key.startsWith('forget ')) {
      queue.forget(key.slice('forget '.length));
      return null;
    }
    if (row.kind === 'exponential') queue.addRateLimited(key, row.baseMs, row.maxMs);
    else {
      const delayMs = queue.failures(key) < row.fastAttempts ? row.fastMs : row.slowMs;
      queue.addRateLimited(key, delayMs, delayMs);
    }
    const startMs = simulation.nowMs;
    while (simulation.step());
    return (returns.at(-1) ?? Number.NaN) - startMs;
  });
  const keys = [...new Set(row.keys.filter((key) => !key.startsWith('forget ')))];
  return { delaysMs, numRequeues: Object.fromEntries(keys.map((key) => [key, queue.failures(key)])) };
}

interface ReadyRow {
  readonly phase: ReadyInput['phase'];
  readonly containers: readonly string[];
  readonly sidecars?: readonly string[];
  readonly statuses: Readonly<Record<string, boolean>> | null;
  readonly gates?: readonly string[];
  readonly conditions?: Readonly<Record<string, string>>;
}

function readyInput({ phase, containers, sidecars = [], statuses }: ReadyRow): ReadyInput {
  const names = [...sidecars, ...containers];
  return { phase, ready: statuses === null ? null : names.map((name) => statuses[name] ?? null) };
}

interface PhaseRow {
  readonly restartPolicy: RestartPolicy;
  readonly containers: readonly string[];
  readonly terminalPod: boolean;
}

function phaseContainer(state: string): PhaseContainer {
  if (state === 'absent' || state === 'running') return { state };
  if (state === 'waiting') return { state, lastExitCode: null };
  const waiting = /^waitingAfterExit(-?\d+)$/.exec(state);
  if (waiting !== null) return { state: 'waiting', lastExitCode: Number(waiting[1]) };
  const exit = /^exit(-?\d+)$/.exec(state);
  if (exit === null) throw new Error(`unknown container state ${state}`);
  return { state: 'terminated', exitCode: Number(exit[1]) };
}

function phase({ restartPolicy, containers, terminalPod }: PhaseRow): unknown {
  return {
    phase: podPhase({
      restartPolicy,
      initContainers: [],
      sidecars: [],
      containers: containers.map((state) => phaseContainer(state)),
      terminal: terminalPod,
      initialized: false,
    }),
  };
}

export const bindings: Record<string, (input: any) => unknown> = {
  doProbe,
  probeSequence,
  terminatedProbe,
  probeHandler,
  containerFlags: flags,
  ShouldContainerBeRestarted: containerRestart,
  newCrashLoopBackOff: crashLoop,
  backoff: backOff,
  requeueDelay,
  GenerateContainersReadyCondition: (row: ReadyRow) => containersReadyCondition(readyInput(row)),
  GeneratePodReadyCondition: (row: ReadyRow) =>
    podReadyCondition(readyInput(row), row.gates ?? [], row.conditions ?? {}),
  podPhase: phase,
};
