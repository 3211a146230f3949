/** The scenario with other parts, for questions that need one which no file describes. */
import { scenarioDigest } from '../../scenario/digest.ts';
import type { FaultAction, FaultStart } from '../../scenario/fault.ts';
import type { Scenario } from '../../scenario/scenario.ts';

type Parts = Partial<Pick<Scenario, 'changes' | 'faults' | 'traffic'>>;

/** With a digest of its own, so that nobody takes the runs of the one for the runs of the other. */
export function variedScenario(scenario: Scenario, parts: Parts): Scenario {
  const { digest: _digest, warnings, ...rest } = scenario;
  const varied = { ...rest, ...parts };
  return { ...varied, warnings, digest: scenarioDigest(varied) };
}

/** The same scenario with one fault more. */
export function withFault(scenario: Scenario, start: FaultStart, action: FaultAction): Scenario {
  const location = { file: scenario.source.file, line: 1, column: 1 };
  return variedScenario(scenario, { faults: [...scenario.faults, { start, action, location }] });
}
