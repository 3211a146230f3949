/** Whether anything can be concluded from a replay: every reason why not, one sentence each. */

export interface ValidityFacts {
  /** Requests handed on in time ÷ requests due, before the change. */
  readonly achievedRateShare: number;
  /** Largest of the generator's lags (99th percentile of a second) before the change. */
  readonly lagP99Ms: number;
  readonly baselineFailed: number;
  readonly baselineRequests: number;
  /** Of the machine, before the change. */
  readonly idleCpuShare: number;
  readonly clockErrorMs: number;
  /** Offered requests of which the generator gives no account. */
  readonly unaccounted: number;
  /** Changes that were refused though no prediction knows of it, a sentence each. */
  readonly refusedChanges: readonly string[];
}

const LIMITS = {
  achievedRateShareMin: 0.98,
  lagP99MsMax: 20,
  idleCpuShareMin: 0.05,
  clockErrorMsMax: 10,
} as const;

/** @returns empty for a valid replay */
export function reasonsAgainst(facts: ValidityFacts): readonly string[] {
  const reasons: string[] = [];
  const { achievedRateShare, lagP99Ms, baselineFailed, baselineRequests, idleCpuShare, clockErrorMs } = facts;
  if (baselineRequests === 0)
    reasons.push('No request was due before the change, so that there is no baseline.');
  if (achievedRateShare < LIMITS.achievedRateShareMin) {
    reasons.push(
      `Only ${percent(achievedRateShare)} of the requests were sent in time before the change, and ${percent(LIMITS.achievedRateShareMin)} are needed.`,
    );
  }
  if (lagP99Ms >= LIMITS.lagP99MsMax) {
    reasons.push(
      `The load generator was ${lagP99Ms.toFixed(1)} ms late (p99 of a second) before the change, and less than ${LIMITS.lagP99MsMax} ms are needed.`,
    );
  }
  if (baselineFailed > 0)
    reasons.push(`${baselineFailed} of ${baselineRequests} requests failed before the change.`);
  if (idleCpuShare < LIMITS.idleCpuShareMin) {
    reasons.push(
      `The machine was ${percent(idleCpuShare)} idle before the change, and ${percent(LIMITS.idleCpuShareMin)} are needed.`,
    );
  }
  if (clockErrorMs > LIMITS.clockErrorMsMax) {
    reasons.push(
      `The machine's clock moved by ${clockErrorMs.toFixed(1)} ms against its own pace, and at most ${LIMITS.clockErrorMsMax} ms are allowed.`,
    );
  }
  if (facts.unaccounted !== 0)
    reasons.push(`The load generator gives no account of ${facts.unaccounted} of its requests.`);
  reasons.push(...facts.refusedChanges);
  return reasons;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
