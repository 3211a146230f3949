/** Looking for a setting by trying some: with few runs where the answer is clear, and with all where it is close. */
import type { Scenario } from '../../scenario/scenario.ts';
import { MET_SHARE_MIN } from '../expectations.ts';
import type { RunSummary } from '../run-summary.ts';
import type { Asked } from './question.ts';

/** Runs that are made before looking whether more are needed. */
const BATCH = 5;

/** Whether `holds` is true of 95 % of the runs; one that is missed too often already is not run to the end. */
export async function holdsUsually(
  asked: Asked,
  scenario: Scenario,
  holds: (run: RunSummary) => boolean,
): Promise<boolean> {
  const most = asked.seeds.length;
  for (let wanted = Math.min(BATCH, most); ; wanted = Math.min(wanted + BATCH, most)) {
    const runs = await asked.runs(scenario, wanted);
    const missed = runs.filter((run) => !holds(run)).length;
    if ((most - missed) / most < MET_SHARE_MIN) return false;
    if (wanted === most) return true;
  }
}

/** The smallest whole number in [0, most] from which on `good` holds, taken as monotone; null when `most` is not good. */
export async function smallest(
  most: number,
  good: (value: number) => Promise<boolean>,
): Promise<number | null> {
  if (!(await good(most))) return null;
  let [bad, fine] = [-1, most];
  while (fine - bad > 1) {
    const middle = Math.floor((bad + fine) / 2);
    if (await good(middle)) fine = middle;
    else bad = middle;
  }
  return fine;
}

/**
 * The largest factor, to within a 32nd of the step between two doublings, with which `good` holds, taken as monotone;
 * null when not even 1/most is good.
 * @param most the largest that is tried, a power of two
 */
export async function largestFactor(
  most: number,
  good: (factor: number) => Promise<boolean>,
): Promise<number | null> {
  let fine = 1;
  let bad = 1;
  if (await good(1)) {
    do {
      fine = bad;
      bad *= 2;
    } while (bad <= most && (await good(bad)));
    if (bad > most) return fine;
  } else {
    do {
      bad = fine;
      fine /= 2;
    } while (fine >= 1 / most && !(await good(fine)));
    if (fine < 1 / most) return null;
  }
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (fine + bad) / 2;
    if (await good(middle)) fine = middle;
    else bad = middle;
  }
  return fine;
}

const HALVINGS = 5;
