import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../../src/predict/subject.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { readScenarioFiles } from '../../../src/scenario-files.ts';

function replicasOf(name: string, ...set: readonly string[]): number | undefined {
  const { scenario } = loadScenario(readScenarioFiles(name), { set });
  return scenario === null ? undefined : subjectOf(scenario)?.deployment.replicas;
}

describe('what a scenario is about', () => {
  it('keeps the live number of pods where the change is silent on it (R-SUR-19)', () => {
    expect(replicasOf('black-friday-safe')).toBe(20);
  });

  it('takes the number that a setting gives', () => {
    expect(replicasOf('black-friday-safe', 'deployment/checkout-service.spec.replicas=12')).toBe(12);
  });
});
