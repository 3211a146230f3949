/** Verified scenarios → one verdict over all of them. */
import {
  VERIFICATION_SCHEMA,
  type Coverage,
  type ScenarioVerification,
  type Verification,
  type VerificationVerdict,
} from '../verification.ts';
import { MAIN_FIGURE } from './figures.ts';

/** @param version of the program */
export function verificationOf(scenarios: readonly ScenarioVerification[], version: string): Verification {
  return {
    schema: VERIFICATION_SCHEMA,
    version,
    scenarios,
    coverage: coverageOf(scenarios),
    verdict: worst(scenarios),
  };
}

function worst(scenarios: readonly ScenarioVerification[]): VerificationVerdict {
  for (const verdict of ['inconsistent', 'unjudged'] as const) {
    if (scenarios.some((scenario) => scenario.verdict === verdict)) return verdict;
  }
  return 'consistent';
}

function coverageOf(scenarios: readonly ScenarioVerification[]): Coverage {
  const figures = scenarios.flatMap(({ scenario, figures }) =>
    figures
      .filter(({ name, measured }) => name === MAIN_FIGURE && measured.length > 0)
      .map((figure) => ({ scenario, figure })),
  );
  const isSureZero = ({ figure }: (typeof figures)[number]): boolean =>
    (figure.predicted?.max ?? 0) === 0 && figure.measured.every((value) => value === 0);
  const counted = figures.filter((entry) => !isSureZero(entry)).flatMap(({ figure }) => figure.covered);
  return {
    replays: counted.length,
    covered: counted.filter(Boolean).length,
    sureZeros: figures.filter(isSureZero).map(({ scenario }) => scenario.name),
  };
}
