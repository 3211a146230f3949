/** Short names of fields that people vary, and which field of the scenario's own manifests each means. */
import { formatDuration } from '../../scenario/duration.ts';
import type { Container, Probe, Scenario } from '../../scenario/scenario.ts';
import { joinPath } from '../../scenario/source-map.ts';
import { containerPath } from '../container-path.ts';
import type { Subject } from '../subject.ts';
import type { FieldEffect } from './field.ts';
import { sleepOf } from './pre-stop-sleep.ts';
import type { ValueKind } from './values.ts';

export interface FieldTarget {
  readonly effect: FieldEffect;
  readonly kind: ValueKind;
  readonly current: string | null;
}

/** A text says why this scenario has no such field. */
type Resolve = (scenario: Scenario, subject: Subject) => FieldTarget | string;

const PROBES = ['readiness', 'startup', 'liveness'] as const;
const PROBE_FIELDS = {
  initialDelaySeconds: 0,
  periodSeconds: 1,
  timeoutSeconds: 1,
  successThreshold: 1,
  failureThreshold: 1,
} as const;

const KNOWN: Readonly<Record<string, Resolve>> = {
  maxSurge: (_scenario, subject) => rollingUpdate('maxSurge', subject),
  maxUnavailable: (_scenario, subject) => rollingUpdate('maxUnavailable', subject),
  replicas: (_scenario, { deployment }) =>
    count(`deployment/${deployment.name}.spec.replicas`, deployment.replicas, 0),
  minReadySeconds: (_scenario, { deployment }) =>
    seconds(`deployment/${deployment.name}.spec.minReadySeconds`, deployment.minReadySeconds, 0),
  'preStop.sleep': (_scenario, { container }) => ({
    effect: { kind: 'pre-stop-sleep' },
    kind: { type: 'seconds', min: 0 },
    current: sleepOf(container.preStop),
  }),
  terminationGracePeriodSeconds: (_scenario, { deployment }) =>
    seconds(
      `deployment/${deployment.name}.spec.template.spec.terminationGracePeriodSeconds`,
      deployment.template.terminationGracePeriodSeconds,
      0,
    ),
  sessionAffinity: (_scenario, { service }) => ({
    effect: { kind: 'session-affinity' },
    kind: { type: 'word', choices: ['None', 'ClientIP'] },
    current: service.sessionAffinitySeconds === null ? 'None' : 'ClientIP',
  }),
  rate: ({ traffic: { rate } }) => {
    const [first, second] = rate;
    if (first === undefined || second !== undefined) return 'The scenario’s rate is not a single number.';
    return count('spec.traffic.rate', first.rateRps, 0);
  },
  idleTimeout: ({ traffic }) => duration('spec.traffic.clients.idleTimeout', traffic.clients.idleTimeoutMs),
  keepAliveTimeout: (_scenario, { container: { workload } }) =>
    duration(`${joinPath('spec.workload', workload.name)}.keepAliveTimeout`, workload.keepAliveTimeoutMs),
  ...Object.fromEntries(
    PROBES.flatMap((probe) =>
      Object.entries(PROBE_FIELDS).map(([member, min]): [string, Resolve] => [
        `${probe}.${member}`,
        (_scenario, subject) => probeField(probe, member as keyof typeof PROBE_FIELDS, min, subject),
      ]),
    ),
  ),
};

export const KNOWN_FIELDS: readonly string[] = Object.keys(KNOWN);

/** Other ways to write the same. */
const ALIASES: readonly (readonly [RegExp, string])[] = [
  [/^(readiness|startup|liveness)Probe\./u, '$1.'],
  [/^(?:lifecycle\.)?preStop(?:\.sleep)?(?:\.seconds)?$/u, 'preStop.sleep'],
  [/^(?:spec\.)?(?:strategy\.)?(?:rollingUpdate\.)?(maxSurge|maxUnavailable)$/u, '$1'],
];

/** null: no such short name. */
export function resolveKnownField(
  name: string,
  scenario: Scenario,
  subject: Subject,
): FieldTarget | string | null {
  const known = ALIASES.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), name);
  const resolve = Object.hasOwn(KNOWN, known) ? KNOWN[known] : undefined;
  return resolve === undefined ? null : resolve(scenario, subject);
}

function rollingUpdate(member: 'maxSurge' | 'maxUnavailable', { deployment }: Subject): FieldTarget {
  const { strategy, replicas } = deployment;
  return {
    effect: { kind: 'rolling-update', member },
    kind: { type: 'count-or-percent', total: replicas },
    current: strategy.type === 'RollingUpdate' ? String(strategy[member]) : null,
  };
}

function probeField(
  probe: (typeof PROBES)[number],
  member: keyof typeof PROBE_FIELDS,
  min: number,
  { deployment, container }: Subject,
): FieldTarget | string {
  const found = probeOf(container, probe);
  if (found === null) return `Container ${container.name} of ${deployment.name} has no ${probe}Probe.`;
  const path = containerPath(deployment.name, container.name, `${probe}Probe.${member}`);
  return member.endsWith('Threshold') ? count(path, found[member], min) : seconds(path, found[member], min);
}

function probeOf(container: Container, probe: (typeof PROBES)[number]): Probe | null {
  switch (probe) {
    case 'readiness':
      return container.readinessProbe;
    case 'startup':
      return container.startupProbe;
    case 'liveness':
      return container.livenessProbe;
  }
}

function count(path: string, current: number, min: number): FieldTarget {
  return { effect: { kind: 'path', path }, kind: { type: 'count', min }, current: String(current) };
}

function seconds(path: string, current: number, min: number): FieldTarget {
  return { effect: { kind: 'path', path }, kind: { type: 'seconds', min }, current: `${current}s` };
}

function duration(path: string, currentMs: number): FieldTarget {
  return { effect: { kind: 'path', path }, kind: { type: 'duration' }, current: formatDuration(currentMs) };
}
