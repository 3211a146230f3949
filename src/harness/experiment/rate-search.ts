/**
 * Looks for the largest rate at which a trial is valid: halving, bisection, and at last a longer trial of what was found.
 * Trials are noisy, and a longer baseline meets more of the machine's bad seconds than a short trial.
 */

/** Below this there is nothing left to measure. */
export const RATE_MIN = 20;
/** A short trial counts once, a long one twice: 12 of them, each of up to 20 seconds with all around it, take four minutes. */
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
  const trials = new Trials(tryRate);
  const span = await halve(wantedRps, trials);
  if (span === null) return { rateRps: null, reason: trials.reason };
  const low = await bisect(span, trials);
  let rate = low === wantedRps ? low : lowered(low, MARGIN);
  // Without a trial left, the lowered rate is taken as it is: the replay itself says whether it was valid.
  while (trials.left >= LONG) {
    if (await trials.isValid(rate, true)) break;
    rate = lowered(rate, LOWERED);
  }
  return { rateRps: rate, reason: trials.reason };
}

class Trials {
  readonly #tryRate: TryRate;
  left: number = TRIALS_MAX;
  reason: string | null = null;

  constructor(tryRate: TryRate) {
    this.#tryRate = tryRate;
  }

  async isValid(rateRps: number, long = false): Promise<boolean> {
    this.left -= long ? LONG : 1;
    const [reason] = await this.#tryRate({ rateRps, long });
    this.reason = reason ?? this.reason;
    return reason === undefined;
  }
}

/** The largest rate known to be valid, and the smallest known not to be; both the same when that is the wanted one. */
interface Span {
  readonly low: number;
  readonly high: number;
}

async function halve(wantedRps: number, trials: Trials): Promise<Span | null> {
  let low = wantedRps;
  let high = wantedRps;
  while (!(await trials.isValid(low))) {
    high = low;
    low = inSteps(low / 2);
    if (low < RATE_MIN) return null;
  }
  return { low, high };
}

async function bisect({ low, high }: Span, trials: Trials): Promise<number> {
  let [valid, invalid] = [low, high];
  for (let step = 0; step < BISECTIONS && trials.left > LONG; step++) {
    const rate = inSteps((valid + invalid) / 2);
    if (rate <= valid || rate >= invalid) break;
    if (await trials.isValid(rate)) valid = rate;
    else invalid = rate;
  }
  return valid;
}

function lowered(rateRps: number, factor: number): number {
  return Math.max(RATE_MIN, inSteps(rateRps * factor));
}

/** No rate of a fraction, that nobody would ask for. */
function inSteps(rateRps: number): number {
  return Math.floor(rateRps);
}
