/**
 * Lint rules of one container: how it stops, and what its probes say.
 */
import type { DistributionSpec } from '../../kernel/distribution.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import type { DiagnosticCode } from '../diagnostic-codes.ts';
import type { DiagnosticDetails, DiagnosticList } from '../diagnostic-list.ts';
import { formatDuration } from '../duration.ts';
import type { Container, Deployment, Hook } from '../scenario.ts';
import { locateField } from '../source-map.ts';
import { splitImage } from '../template-hash.ts';
import { isServed, type LintSubject } from './lint-subject.ts';

interface ContainerSubject {
  readonly container: Container;
  readonly deployment: Deployment;
  readonly subject: LintSubject;
  /** Adds a warning at a field of the container. */
  readonly warn: (code: DiagnosticCode, field: string, details: DiagnosticDetails) => void;
}

export function lintContainer(
  container: Container,
  deployment: Deployment,
  subject: LintSubject,
  diagnostics: DiagnosticList,
): void {
  const warn: ContainerSubject['warn'] = (code, field, details) => {
    const path = field === '' ? container.path : `${container.path}.${field}`;
    diagnostics.add(code, locateField(deployment, path), { path, ...details });
  };
  const all: ContainerSubject = { container, deployment, subject, warn };
  lintStop(all);
  lintWithdrawal(all);
  lintReadiness(all);
  lintLiveness(all);
  lintProbeTimeouts(all);
  lintImage(all);
}

function sleepMsOf(hook: Hook | null): number {
  return (hook?.steps ?? []).reduce((sum, step) => sum + (step.do === 'sleep' ? step.durationMs : 0), 0);
}

/** Whether a hook ends the process before it has slept at all. */
function signalsFirst(hook: Hook | null): boolean {
  const first = (hook?.steps ?? []).find((step) => step.do === 'signal' || step.durationMs > 0);
  return first?.do === 'signal' && first.signal !== 'HUP';
}

/** R-POD-18, R-SRV-6: the grace period must hold the hook and the drain. */
function lintStop({ container, deployment, subject, warn }: ContainerSubject): void {
  const sleepMs = sleepMsOf(container.preStop);
  const graceMs = deployment.template.terminationGracePeriodSeconds * SECOND_MS;
  const grace = `terminationGracePeriodSeconds is ${formatDuration(graceMs)}`;
  if (sleepMs > 0 && sleepMs >= graceMs) {
    warn('W401', 'lifecycle.preStop', {
      message: `preStop sleeps ${formatDuration(sleepMs)}, and ${grace}: the process gets about 2s to finish.`,
      value: container.preStop?.text,
      expected: `terminationGracePeriodSeconds above ${Math.ceil(sleepMs / SECOND_MS)}`,
    });
    return;
  }
  const { style, drainMaxMs, lameDuckMs } = container.workload.onSigterm;
  if (!subject.codeIsKnown || style === 'exit' || style === 'ignore') return;
  // After a signal of the hook's own the drain runs while the hook sleeps (R-SRV-7); another rule speaks of that.
  if (signalsFirst(container.preStop)) return;
  const neededMs = sleepMs + lameDuckMs + drainMaxMs;
  if (neededMs <= graceMs) return;
  warn('W412', container.preStop === null ? '' : 'lifecycle.preStop', {
    message: `preStop and the drain may take ${formatDuration(neededMs)}, and ${grace}.`,
    expected: `terminationGracePeriodSeconds of at least ${Math.ceil(neededMs / SECOND_MS)}`,
  });
}

/** R-SRV-5 … R-SRV-7: the listener must stay open until every node has withdrawn the pod. */
function lintWithdrawal({ container, deployment, subject, warn }: ContainerSubject): void {
  if (signalsFirst(container.preStop)) {
    warn('W402', 'lifecycle.preStop', {
      message: 'preStop signals process 1 first: it stops listening before any node has withdrawn the pod.',
      value: container.preStop?.text,
      expected: 'a sleep alone; the kubelet sends SIGTERM after it',
      hint: 'Write preStop: {sleep: {seconds: 10}}.',
    });
    return;
  }
  const { style } = container.workload.onSigterm;
  const staysOpen = subject.codeIsKnown && (style === 'lame-duck' || style === 'ignore');
  if (sleepMsOf(container.preStop) > 0 || staysOpen || !isServed(deployment, subject)) return;
  warn('W411', container.preStop === null ? '' : 'lifecycle.preStop', {
    message: `Container ${container.name} gets SIGTERM at once, while nodes still send it new connections.`,
    expected: 'a preStop sleep longer than the withdrawal takes, such as 5 to 10 s',
    hint: 'Write preStop: {sleep: {seconds: 10}}.',
  });
}

function lintReadiness({ container, deployment, subject, warn }: ContainerSubject): void {
  if (container.readinessProbe === null) {
    if (
      !isServed(deployment, subject) ||
      (container.ports.length === 0 && deployment.template.containers.length > 1)
    )
      return;
    warn('W403', '', {
      message: `Container ${container.name} is taken for ready as soon as its process runs.`,
      hint: 'Add a readinessProbe that answers once the code can serve.',
    });
    return;
  }
  const { dependencies } = container.workload;
  if (!subject.codeIsKnown || dependencies.length === 0) return;
  warn('W410', 'readinessProbe', {
    message: `Readiness checks ${dependencies.join(' and ')}: one outage makes every pod unready at once.`,
    hint: 'Check only what this pod alone can lose; answer errors of shared services request by request.',
  });
}

/** R-POD-11, R-POD-27. Without knowledge of the code, half a minute of boot is taken as possible. */
function lintLiveness({ container, subject, warn }: ContainerSubject): void {
  const { livenessProbe: probe, startupProbe } = container;
  if (probe === null || startupProbe !== null) return;
  const budgetMs = (probe.initialDelaySeconds + probe.failureThreshold * probe.periodSeconds) * SECOND_MS;
  const { boot } = container.workload;
  const bootMs = subject.codeIsKnown && boot !== null ? longTime(boot) : 30 * SECOND_MS;
  if (budgetMs > bootMs) return;
  warn('W404', 'livenessProbe', {
    message: `The container is killed ${formatDuration(budgetMs)} after its start, and its boot can take ${formatDuration(Math.round(bootMs))}.`,
    hint: 'Add a startupProbe with a budget (failureThreshold × periodSeconds) well above the boot.',
  });
}

/** A time that a draw of the distribution seldom exceeds: the 99th percentile where it is given, else a bound or thrice the mean. */
function longTime(spec: DistributionSpec): number {
  switch (spec.kind) {
    case 'constant':
      return spec.value;
    case 'uniform':
      return spec.max;
    case 'lognormal':
      return spec.p99;
    case 'exponential':
      return 3 * spec.mean;
    case 'gamma':
      return spec.mean * (1 + 3 * spec.cv);
    case 'empirical':
      return Math.max(...spec.values);
  }
}

function lintProbeTimeouts({ container, warn }: ContainerSubject): void {
  for (const name of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const) {
    const probe = container[name];
    if (probe === null || probe.timeoutSeconds <= probe.periodSeconds) continue;
    warn('W415', `${name}.timeoutSeconds`, {
      message: `${name} waits longer for an answer than its period lasts.`,
      value: probe.timeoutSeconds,
      expected: `at most ${probe.periodSeconds}`,
    });
  }
}

function lintImage({ container, warn }: ContainerSubject): void {
  const { tag, digest } = splitImage(container.image);
  if (digest === null && (tag === null || tag === 'latest')) {
    warn('W418', 'image', {
      message: 'The image may change without a change of this manifest.',
      value: container.image,
      expected: 'a fixed tag or a digest',
    });
  } else if (container.imagePullPolicy === 'Always') {
    warn('W409', 'imagePullPolicy', {
      message: 'Every start of a pod asks the registry, one after another on each node.',
      value: 'Always',
      expected: 'IfNotPresent, the default for fixed tags',
    });
  }
}
