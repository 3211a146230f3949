/** One replay of a scenario on a cluster, from an empty namespace to a record and an empty namespace again. */
import type { Scenario } from '../../scenario/scenario.ts';
import { baseline } from './baseline.ts';
import { change } from './change.ts';
import { cleanUp } from './clean-up.ts';
import { collect } from './collect.ts';
import { runExperiment, type ExperimentEnd, type Stage } from './experiment.machine.ts';
import { prepare } from './prepare.ts';
import { recover } from './recover.ts';
import type { ReplayOptions, ReplayResult } from './replay-options.ts';
import type { ReplayParts } from './replay-parts.ts';
import { peakRate } from './scaled-rate.ts';
import { Session } from './session.ts';
import { settle } from './settle.ts';
import { watch } from './watch.ts';

/**
 * Never rejects: what went wrong is in the end, beside the record of what there was until then.
 * @param signal Ctrl-C
 */
export async function replay(
  scenario: Scenario,
  parts: ReplayParts,
  options: ReplayOptions,
  signal: AbortSignal,
  onStage: (stage: Stage) => void = () => undefined,
): Promise<ExperimentEnd & ReplayResult> {
  const failing = new AbortController();
  const session = new Session(scenario, parts, options, (error) => {
    failing.abort(error);
  });
  let watched = false;
  const end = await runExperiment(
    {
      prepare: async (stop) => prepare(session, stop),
      settle: async (stop) => settle(session, stop),
      baseline: async (stop) => baseline(session, stop),
      change: async (stop) => change(session, stop),
      watch: async (stop) => {
        await watch(session, stop);
        watched = true;
      },
      recover: async () => recover(session),
      collect: async () => collect(session, !watched),
      cleanUp: async () => cleanUp(session),
    },
    { signal: AbortSignal.any([signal, failing.signal]), onStage },
  );
  const peakRateRps = peakRate(session.scenario.traffic);
  return { ...end, record: session.record, recordFile: session.recordFile, peakRateRps };
}
