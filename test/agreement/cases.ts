/** The scenarios over which the engines are compared: every bundled one, and random ones. */
import { loadScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { bundledScenarios, readScenarioFiles } from '../../src/scenario-files.ts';
import { smallScenario } from '../unit/model/small-scenario.ts';
import { randomCases } from './random-cases.ts';

const RANDOM = /^random (\d+)$/u;

/** Names of all of them. */
export function caseNames(): readonly string[] {
  return [...bundledScenarios(), ...randomCases.map((_, index) => `random ${index + 1}`)];
}

/** @throws Error when there is none of this name */
export function scenarioOf(name: string): Scenario {
  const index = RANDOM.exec(name)?.[1];
  if (index !== undefined) {
    const small = randomCases[Number(index) - 1];
    if (small === undefined) throw new Error(`there is no case ${name}`);
    return smallScenario(small);
  }
  const { scenario, diagnostics } = loadScenario(readScenarioFiles(name));
  if (scenario === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return scenario;
}
