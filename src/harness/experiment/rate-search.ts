/**
 * Looks for the largest rate at which a trial is valid: halving, bisection, and at last a longer trial of what was found.
 * Trials are noisy, and a longer baseline meets more of the machine's bad seconds than a short trial.
 */

/** Below this there is nothing left to measure. */
export const RATE_MIN = 20;
/** A short trial counts once, a long one twice: 12 of them, each of up to 20 seconds, take four minutes. */
const TRIALS_MAX = 12;
const LONG = 2;
/** After these the rate is known to an eighth. */
const BISECTIONS = 3;
/** What a short trial just bears, a long baseline may not. */
const MARGIN = 0.9;
/** What a long trial does not bear is lowered so far. */
const LOWERED = 0.85;

export interface RateTrial {
  readonly rateRps: number;
  readonly long: boolean;
}

/** @returns what makes a baseline at that rate invalid, one sentence each */
export type TryRate = (trial: RateTrial) => Promise<readonly string[]>;

export interface FoundRate {
  /** null: no rate is valid. */
  readonly rateRps: number | null;
  /** What spoke against the last rate that was not valid; null: every one was. */
  readonly reason: string | null;
}

/** @param wantedRps the scenario's own rate, which is never exceeded */
export async function searchRate(wantedRps: number, tryRate: TryRate): Promise<FoundRate> {
  let used = 0;
  let reason: string | null = null;
  const isValid = async (rateRps: number, long = false): Promise<boolean> => {
    used += long ? LONG : 1;
    const reasons = await tryRate({ rateRps, long });
    reason = reasons[0] ?? reason;
    return reasons.length === 0;
  };
  let low = wantedRps;
  let high = wantedRps;
  while (!(await isValid(low))) {
    high = low;
    low = inSteps(low / 2);
    if (low < RATE_MIN) return { rateRps: null, reason };
  }
  for (let step = 0; step < BISECTIONS && low < high && used + LONG < TRIALS_MAX; step++) {
    const rate = inSteps((low + high) / 2);
    if (rate <= low || rate >= high) break;
    if (await isValid(rate)) low = rate;
    else high = rate;
  }
  let rate = low === wantedRps ? low : lowered(low, MARGIN);
  // Without a trial left, the lowered rate is taken as it is: the replay itself says whether it was valid.
  while (used + LONG <= TRIALS_MAX && !(await isValid(rate, true))) rate = lowered(rate, LOWERED);
  return { rateRps: rate, reason };
}

function lowered(rateRps: number, factor: number): number {
  return Math.max(RATE_MIN, inSteps(rateRps * factor));
}

/** No rate of a fraction, that nobody would ask for. */
function inSteps(rateRps: number): number {
  return Math.floor(rateRps);
}
