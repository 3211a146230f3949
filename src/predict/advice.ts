/**
 * For each rule that can explain failed requests: what to change. An advice says what is needed; `remedy.ts` turns it
 * into settings, and every fix is simulated before anyone is told what it does.
 */
import { SECOND_MS } from '../kernel/time.ts';
import { podCapacityRps } from '../model/recording/load-share.ts';
import type { IntOrPercent, Scenario } from '../scenario/scenario.ts';
import { joinPath } from '../scenario/source-map.ts';
import { containerPath } from './container-path.ts';
import { FAULT_ADVISERS } from './fault-advice.ts';
import type { Subject } from './subject.ts';
import { nearlyLongest, sleepSecondsFor } from './withdrawal-bound.ts';

export interface SigtermAdvice {
  readonly style: 'stop-accept' | 'lame-duck';
  readonly lameDuckMs: number;
  readonly drainMaxMs: number;
  readonly closeHeader: boolean;
}

export interface Advice {
  readonly title: string;
  /** Seconds of native sleep that replace the preStop hook. */
  readonly sleepSeconds?: number;
  readonly onSigterm?: SigtermAdvice;
  /** Grace period that is needed whatever sleep and drain add up to. */
  readonly graceSeconds?: number;
  /** Further settings, path to value. */
  readonly set?: Readonly<Record<string, unknown>>;
}

type Adviser = (scenario: Scenario, subject: Subject) => Advice | null;

/** R-APP-9: above this utilisation waiting times grow faster than anyone wants to watch. */
const UTILIZATION_WANTED = 0.7;

const sleepFirst: Adviser = (scenario) => ({
  title: 'sleep first, let the kubelet send TERM',
  sleepSeconds: sleepSecondsFor(scenario),
});

const ADVISERS: Readonly<Record<string, Adviser>> = {
  'R-SRV-7': sleepFirst,
  'R-POD-21': sleepFirst,
  'R-SRV-5': (scenario, { container }) => {
    const slept = sleepSecondsOf(container.preStop);
    const wanted = Math.max(sleepSecondsFor(scenario), slept > 0 ? 2 * slept : 0);
    const title = slept > 0 ? 'sleep longer before SIGTERM' : 'sleep until every proxy has withdrawn the pod';
    return { title, sleepSeconds: wanted };
  },
  'R-SRV-3': (scenario) => ({
    title: 'sleep before SIGTERM until nobody connects any more',
    sleepSeconds: sleepSecondsFor(scenario),
  }),
  'R-SRV-2': (_scenario, { container }) => {
    const { style, drainMaxMs, closeHeader, lameDuckMs } = container.workload.onSigterm;
    const kept =
      style === 'lame-duck' ? { style, lameDuckMs } : { style: 'stop-accept' as const, lameDuckMs: 0 };
    return style === 'exit'
      ? {
          title: 'finish the requests in flight before exiting',
          onSigterm: { ...kept, drainMaxMs: 30_000, closeHeader },
        }
      : {
          title: 'give requests in flight longer to finish',
          onSigterm: { ...kept, drainMaxMs: Math.max(30_000, 2 * drainMaxMs), closeHeader },
        };
  },
  'R-SRV-8': (_scenario, { container }) => ({
    title: 'answer with Connection: close for a while first',
    onSigterm: {
      style: 'lame-duck',
      lameDuckMs: Math.max(10_000, 2 * container.workload.onSigterm.lameDuckMs),
      drainMaxMs: drainMsOf(container.workload.onSigterm),
      closeHeader: true,
    },
  }),
  'R-SRV-1': (scenario, { container }) => ({
    title: 'handle SIGTERM: stop accepting, finish, exit',
    sleepSeconds: Math.max(sleepSecondsFor(scenario), sleepSecondsOf(container.preStop)),
    onSigterm: { style: 'stop-accept', lameDuckMs: 0, drainMaxMs: 30_000, closeHeader: false },
  }),
  'R-SRV-10': (_scenario, { container, deployment }) => {
    const { lameDuckMs } = container.workload.onSigterm;
    const neededMs =
      sleepSecondsOf(container.preStop) * SECOND_MS + lameDuckMs + drainMsOf(container.workload.onSigterm);
    const needed = Math.ceil(neededMs / SECOND_MS);
    const current = deployment.template.terminationGracePeriodSeconds;
    return {
      title: 'make the grace period hold the sleep and the drain',
      graceSeconds: needed > current ? needed : 2 * Math.max(current, 1),
    };
  },
  'R-CLI-5': (scenario, { container }) => {
    const { idleTimeoutMs } = scenario.traffic.clients;
    const { keepAliveTimeoutMs, name } = container.workload;
    if (idleTimeoutMs === 0) {
      return {
        title: 'let callers close idle connections first',
        set: { 'spec.traffic.clients.idleTimeout': milliseconds(keepAliveTimeoutMs / 2) },
      };
    }
    return {
      title: 'keep idle connections longer than the callers do',
      set: {
        [`${joinPath('spec.workload', name)}.keepAliveTimeout`]: milliseconds(
          Math.max(idleTimeoutMs + 15_000, 2 * keepAliveTimeoutMs),
        ),
      },
    };
  },
  'R-POD-14': (_scenario, { deployment, container, service, port }) =>
    service.publishNotReadyAddresses
      ? {
          title: 'do not publish pods that are not Ready',
          set: { [`service/${service.name}.spec.publishNotReadyAddresses`]: false },
        }
      : {
          title: 'add a readiness probe on the port that serves',
          set: {
            [containerPath(deployment.name, container.name, 'readinessProbe')]: {
              tcpSocket: { port },
              periodSeconds: 2,
            },
          },
        },
  'R-POD-27': (_scenario, { deployment, container, port }) => {
    if (container.startupProbe === null) {
      return {
        title: 'add a startup probe: liveness then waits for the boot',
        set: {
          [containerPath(deployment.name, container.name, 'startupProbe')]: {
            tcpSocket: { port },
            periodSeconds: 5,
            failureThreshold: 60,
          },
        },
      };
    }
    if (container.livenessProbe === null) return null;
    return {
      title: 'let liveness fail more often before it kills',
      set: {
        [containerPath(deployment.name, container.name, 'livenessProbe.failureThreshold')]:
          3 * container.livenessProbe.failureThreshold,
      },
    };
  },
  'R-KP-7': (scenario, subject) => {
    if (takesPodsAway(subject)) return keepEveryPod(scenario, subject);
    if (subject.deployment.replicas > 1) return null;
    return { title: 'run a second pod', set: { [`deployment/${subject.deployment.name}.spec.replicas`]: 2 } };
  },
  'R-DEP-20': (_scenario, { deployment }) => ({
    title: 'roll instead of recreating',
    set: {
      [`deployment/${deployment.name}.spec.strategy`]: {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 },
      },
    },
  }),
  'R-DEP-5': keepEveryPod,
  'R-KP-11': (_scenario, { service }) => ({
    title: 'switch session affinity off',
    set: {
      [`service/${service.name}.spec.sessionAffinity`]: 'None',
      // The API server refuses a configuration of an affinity that is off.
      ...(Object.hasOwn(service.lines, 'spec.sessionAffinityConfig') && {
        [`service/${service.name}.spec.sessionAffinityConfig`]: null,
      }),
    },
  }),
  'R-APP-9': (scenario, { deployment, container }) => {
    const peakRps = Math.max(0, ...scenario.traffic.rate.map(({ rateRps }) => rateRps));
    const needed = Math.ceil(peakRps / (podCapacityRps(container) * UTILIZATION_WANTED));
    const replicas = Math.max(needed, Math.ceil(1.25 * deployment.replicas), deployment.replicas + 1);
    return { title: 'run more pods', set: { [`deployment/${deployment.name}.spec.replicas`]: replicas } };
  },
  'R-APP-11': (_scenario, { deployment, container }) => {
    const { coldStart, boot } = container.workload;
    if (coldStart === null || container.readinessProbe === null) return null;
    const warmMs = 3 * coldStart.tauMs + (boot === null ? 0 : nearlyLongest(boot));
    return {
      title: 'warm up before reporting Ready',
      set: {
        [containerPath(deployment.name, container.name, 'readinessProbe.initialDelaySeconds')]: Math.ceil(
          warmMs / SECOND_MS,
        ),
      },
    };
  },
  'R-SUR-18': (scenario) => {
    const { requestsPerConnectionMax } = scenario.traffic.clients;
    return {
      title: 'let callers renew their connections now and then',
      set: {
        'spec.traffic.clients.requestsPerConnection':
          requestsPerConnectionMax === 0 ? 100 : Math.max(1, Math.floor(requestsPerConnectionMax / 4)),
      },
    };
  },
};

/** null when no setting would prevent failures of that kind, such as crashes or the application's own errors. */
export function adviceFor(rule: string, scenario: Scenario, subject: Subject): Advice | null {
  return (ADVISERS[rule] ?? FAULT_ADVISERS[rule])?.(scenario, subject) ?? null;
}

/** Seconds that a hook sleeps, all its steps together. */
export function sleepSecondsOf(hook: Subject['container']['preStop']): number {
  let totalMs = 0;
  for (const step of hook?.steps ?? []) if (step.do === 'sleep') totalMs += step.durationMs;
  return totalMs / SECOND_MS;
}

/** How long requests in flight may take to finish; a process that does not wait is taught to. */
function drainMsOf({ style, drainMaxMs }: Subject['container']['workload']['onSigterm']): number {
  return style === 'exit' || style === 'ignore' ? 30_000 : drainMaxMs;
}

function keepEveryPod(_scenario: Scenario, { deployment }: Subject): Advice {
  const { strategy } = deployment;
  const maxSurge = strategy.type === 'Recreate' || isZero(strategy.maxSurge) ? '25%' : strategy.maxSurge;
  return {
    title: 'start new pods before old ones stop',
    set: {
      [`deployment/${deployment.name}.spec.strategy`]: {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge, maxUnavailable: 0 },
      },
    },
  };
}

function takesPodsAway({ deployment: { strategy } }: Subject): boolean {
  return strategy.type === 'Recreate' || !isZero(strategy.maxUnavailable);
}

function isZero(value: IntOrPercent): boolean {
  return value === 0 || value === '0%' || value === '0';
}

function milliseconds(durationMs: number): string {
  return durationMs % SECOND_MS === 0 ? `${durationMs / SECOND_MS}s` : `${Math.round(durationMs)}ms`;
}
