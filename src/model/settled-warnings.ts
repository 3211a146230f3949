/** Whether the state before time 0 can be reached at all: pods of `before` that no node has room for wait for ever. */
import { RandomStreams } from '../kernel/random.ts';
import { Simulation } from '../kernel/simulation.ts';
import type { Diagnostic } from '../scenario/diagnostic.ts';
import { DiagnosticList } from '../scenario/diagnostic-list.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { locateField } from '../scenario/source-map.ts';
import { ApiServer } from './cluster/api-server.ts';
import { settledPlacement } from './cluster/scheduling/settled-placement.ts';
import { Latencies } from './latencies.ts';
import { seedSettledState } from './settle.ts';

/**
 * W208 at the replica count of each Deployment of `before` that is not complete before the first change. Nothing is
 * simulated: the pods are placed as at the beginning of the run of that seed.
 */
export function settledWarnings(scenario: Scenario, seed: number): readonly Diagnostic[] {
  const streams = new RandomStreams(seed);
  const api = new ApiServer(new Simulation(), new Latencies(scenario.profile, streams), streams);
  const running = seedSettledState(api, scenario, settledPlacement(scenario.cluster.nodes, streams));
  const diagnostics = new DiagnosticList();
  for (const object of scenario.before) {
    if (object.kind !== 'Deployment') continue;
    const placed = running.filter(({ deployment }) => deployment === object.name).length;
    if (placed >= object.replicas) continue;
    const path = 'spec.replicas';
    diagnostics.add('W208', locateField(object, path), {
      message: `Only ${placed} of ${object.replicas} pods of ${object.name} fit the nodes before the first change.`,
      path,
      value: object.replicas,
      hint: 'Give the nodes more (spec.cluster.nodes), or ask for fewer or smaller pods.',
    });
  }
  return diagnostics.sorted();
}
