import { describe, expect, it } from 'vitest';
import { stepAt } from '../../../src/predict/pod-view.ts';
import { instantOf } from '../../../src/predict/run-instant.ts';
import type { RunView } from '../../../src/predict/run-view.ts';
import work from '../../../src/predict/worker.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { readScenarioFiles } from '../../../src/scenario-files.ts';

function scenarioOf(name: string): Scenario {
  const { scenario } = loadScenario(readScenarioFiles(name));
  if (scenario === null) throw new Error(`${name} does not load`);
  return scenario;
}

function viewOf(name: string): RunView {
  return work({ kind: 'view', scenario: scenarioOf(name), seed: 1, engine: 'exact' }) as RunView;
}

describe('the view of a run', () => {
  const view = viewOf('recreate');

  it('knows every pod of the Deployment, where it was placed, and what becomes of it', () => {
    expect(view.pods).toHaveLength(6);
    expect(view.pods.every(({ node }) => node !== null)).toBe(true);
    const [old] = view.pods;
    expect(old?.states.map(({ value }) => value)).toEqual(['ready', 'terminating', 'gone']);
    expect(view.pods.at(-1)?.states.map(({ value }) => value)).toEqual(['pending', 'starting', 'ready']);
  });

  it('says the same as its series, within a bin', () => {
    for (const phase of ['starting', 'ready', 'terminating'] as const) {
      const told = view.offered.map(
        (_, bin) =>
          view.pods.filter(
            ({ states }) => stepAt(states, view.startMs + (bin + 1) * view.binMs - 1e-6)?.value === phase,
          ).length,
      );
      const series = view.podsByPhase[phase];
      // A fact is noted a moment after it is stored, and that moment may lie in the next bin.
      told.forEach((count, bin) => {
        expect([series[bin - 1], series[bin], series[bin + 1]]).toContain(count);
      });
    }
  });

  it('agrees with what fails: requests fail when new connections do', () => {
    const worst = view.failed.indexOf(Math.max(...view.failed));
    expect(instantOf(view, view.startMs + worst * view.binMs).failingShare).toBeGreaterThan(0.5);
    expect(instantOf(view, view.endMs).failingShare).toBe(0);
  });

  it('marks what the engineer does and how far it comes', () => {
    expect(view.markers.map(({ kind, text }) => [kind, text])).toEqual([
      ['change', 'apply deployment/ledger'],
      ['phase', 'rollout started deployment/ledger revision 2'],
      ['phase', 'rollout complete deployment/ledger'],
    ]);
  });

  it('says how many pods the load keeps busy, where the scenario says what a pod can take', () => {
    expect(view.demandPods).toHaveLength(view.offered.length);
    expect(view.demandPods?.every((pods) => pods >= 0)).toBe(true);
  });

  it('leaves the pods of Jobs out', () => {
    const owners = new Set(viewOf('node-loss').pods.map(({ owner }) => owner));
    expect(owners.size).toBe(1);
  });

  it('R-CLI-6: knows which node is down, and that its pods are silent', () => {
    const lost = viewOf('node-loss');
    const down = lost.markers.find(({ kind }) => kind === 'fault');
    expect(down?.text).toBe('node-down (crash) node/worker-3');
    const { nodes } = instantOf(lost, (down?.timeMs ?? 0) + 1000);
    expect(nodes.map((node) => node.down)).toEqual([false, false, true]);
    expect(nodes[0]?.byEnd['connect-timeout']).toBeGreaterThan(0);
  });
});
