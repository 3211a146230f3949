/** The words for what `sim verify` compares, shared by its text and its Markdown. */
import { IDLE_SHARE_MIN } from '../busy-machine.ts';
import type { FigureUnit } from '../comparison.ts';
import type {
  ReplayFacts,
  ScenarioVerification,
  Verification,
  VerificationVerdict,
} from '../verification.ts';
import { formatCount, formatMs, formatShare, plural } from './numbers.ts';

const LABELS: Readonly<Record<string, string>> = {
  'requests.failed': 'Failed requests',
  'requests.failedNewConnections': 'on new connections',
  'requests.failedReusedConnections': 'on reused ones',
  'rollout.completeMs': 'Rollout completes after',
  'rollout.lastOldPodGoneMs': 'last old pod gone',
  'pods.peakDesired': 'Pods at most',
  'pods.peakWithTerminating': 'with terminating',
  'pods.minReady': 'ready at least',
};

const CLASS_PREFIX = 'requests.failedByClass.';

export function figureLabel(name: string): string {
  return LABELS[name] ?? (name.startsWith(CLASS_PREFIX) ? name.slice(CLASS_PREFIX.length) : name);
}

/** Whether a figure is a part of the one above it. */
export function isPart(name: string): boolean {
  return !/^[A-Z]/u.test(figureLabel(name));
}

export function figureFormat(unit: FigureUnit): (value: number) => string {
  return unit === 'milliseconds' ? formatMs : formatCount;
}

const VERDICTS: Readonly<Record<VerificationVerdict, string>> = {
  consistent: 'consistent',
  inconsistent: 'NOT consistent',
  unjudged: 'not judged',
};

export function verdictText({ verdict, refutedBy }: ScenarioVerification): string {
  if (verdict === 'unjudged') return 'not judged: no valid replay';
  if (verdict === 'consistent') return VERDICTS.consistent;
  return `${VERDICTS.inconsistent}: ${refutedBy.map(figureLabel).join(', ')}`;
}

/** Which figures could not have refuted anything, and what would let them; empty where each could have. */
export function silentText({ silent, runs, runsNeeded }: ScenarioVerification): readonly string[] {
  if (silent.length === 0) return [];
  const some = silent.includes('requests.failed') ? 'no figure' : 'no figure but the failed requests';
  return [
    `With ${plural(runs, 'run')} ${some} could refute the prediction, however far off: it takes ${runsNeeded} (--runs).`,
  ];
}

/** What the load of the replays left of the machine for starts of pods; empty where each node is a machine. */
export function machineText({ idleShare }: ScenarioVerification): readonly string[] {
  return idleShare === null ? [] : [`starts of pods share ${formatShare(idleShare)} of the machine`];
}

export function replayText(facts: ReplayFacts, ordinal: number): string {
  const { offered, failed, achievedRateShare, lagP99Ms, busyMachine, invalidBecause, partial } = facts;
  const busy =
    busyMachine.seconds === 0
      ? ''
      : `, the machine less than ${formatShare(IDLE_SHARE_MIN)} idle in ${busyMachine.seconds} of ${busyMachine.of} s`;
  const seen = `${formatCount(failed)} of ${formatCount(offered)} failed, ${formatShare(achievedRateShare)} of the rate, lag p99 ${formatMs(lagP99Ms)}${busy}`;
  const reasons = [...(partial ? ['It ended early.'] : []), ...invalidBecause];
  return reasons.length === 0
    ? `replay ${ordinal}: ${seen}`
    : `replay ${ordinal} does not count: ${seen}. ${reasons.join(' ')}`;
}

export function coverageText({ coverage, verdict }: Verification): string {
  const { replays, covered, sureZeros } = coverage;
  const zeros =
    sureZeros.length === 0 ? '' : ` No failure was predicted and none came: ${sureZeros.join(', ')}.`;
  const share =
    replays === 0
      ? ''
      : ` ${covered} of ${plural(replays, 'measured count')} of failed requests within the 95 % interval.`;
  return `Verdict: ${VERDICTS[verdict]}.${share}${zeros}`;
}
