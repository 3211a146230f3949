/**
 * Mistakes that need no simulation.
 */
import type { DiagnosticList } from './diagnostic-list.ts';
import type { Scenario } from './scenario.ts';

export function lintScenario(
  _scenario: Pick<Scenario, 'before' | 'changes'>,
  _diagnostics: DiagnosticList,
): void {}
