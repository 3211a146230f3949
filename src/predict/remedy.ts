/**
 * From advice to settings, for one cause or for several at once. The grace period is worked out here, since it must
 * hold everything that happens between the deletion and the last answer (R-SRV-6).
 */
import { SECOND_MS } from '../kernel/time.ts';
import { formatDuration } from '../scenario/duration.ts';
import { joinPath } from '../scenario/source-map.ts';
import { sleepSecondsOf, type Advice, type SigtermAdvice } from './advice.ts';
import { containerPath } from './container-path.ts';
import type { Subject } from './subject.ts';

export type SettingValues = Readonly<Record<string, unknown>>;

/** @param advices most important first: where two set one field differently, the first wins, and the longer time does */
export function remedyOf(advices: readonly Advice[], subject: Subject): SettingValues {
  const { deployment, container } = subject;
  const set: Record<string, unknown> = {};
  const sleeps = advices.flatMap(({ sleepSeconds }) => (sleepSeconds === undefined ? [] : [sleepSeconds]));
  const sleepSeconds = sleeps.length === 0 ? null : Math.max(...sleeps);
  const onSigterm = mergeSigterm(advices.flatMap((advice) => advice.onSigterm ?? []));
  if (sleepSeconds !== null) {
    set[containerPath(deployment.name, container.name, 'lifecycle.preStop')] = {
      sleep: { seconds: Math.ceil(sleepSeconds) },
    };
  }
  if (onSigterm !== null) {
    set[joinPath(joinPath('spec.workload', container.workload.name), 'onSigterm')] = sigtermValue(onSigterm);
  }
  for (const advice of advices) {
    for (const [path, value] of Object.entries(advice.set ?? {}))
      if (!Object.hasOwn(set, path)) set[path] = value;
  }
  const changesTheEnd = sleepSeconds !== null || onSigterm !== null;
  const wanted = advices.map(({ graceSeconds }) => graceSeconds ?? 0);
  if (changesTheEnd) wanted.push(secondsToTheEnd(sleepSeconds, onSigterm, subject));
  const graceSeconds = Math.max(0, ...wanted);
  if (graceSeconds > deployment.template.terminationGracePeriodSeconds) {
    set[`deployment/${deployment.name}.spec.template.spec.terminationGracePeriodSeconds`] = graceSeconds;
  }
  return set;
}

/** Sleep, lame duck and drain, one after another. */
export function secondsToTheEnd(
  sleepSeconds: number | null,
  onSigterm: SigtermAdvice | null,
  { container }: Subject,
): number {
  const { lameDuckMs, drainMaxMs, style } = onSigterm ?? container.workload.onSigterm;
  const drainMs = style === 'exit' || style === 'ignore' ? 0 : drainMaxMs;
  const sleep = sleepSeconds ?? sleepSecondsOf(container.preStop);
  return Math.ceil(sleep + (lameDuckMs + drainMs) / SECOND_MS);
}

/** A lame duck does all that stop-accept does, so it wins; of times the longer. */
function mergeSigterm(advices: readonly SigtermAdvice[]): SigtermAdvice | null {
  const [first, ...rest] = advices;
  if (first === undefined) return null;
  return rest.reduce(
    (merged, next) => ({
      style: merged.style === 'lame-duck' ? 'lame-duck' : next.style,
      lameDuckMs: Math.max(merged.lameDuckMs, next.lameDuckMs),
      drainMaxMs: Math.max(merged.drainMaxMs, next.drainMaxMs),
      closeHeader: merged.closeHeader || next.closeHeader,
    }),
    first,
  );
}

function sigtermValue({ style, lameDuckMs, drainMaxMs, closeHeader }: SigtermAdvice): SettingValues {
  return {
    style,
    ...(style === 'lame-duck' && { lameDuck: formatDuration(lameDuckMs) }),
    ...(closeHeader && { closeHeader }),
    drainMax: formatDuration(drainMaxMs),
  };
}
