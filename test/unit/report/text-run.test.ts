import { describe, expect, it } from 'vitest';
import type { PredictionResult } from '../../../src/predict/predict.ts';
import { groupCauses } from '../../../src/predict/causes.ts';
import { predictionOf } from '../../../src/predict/prediction-of.ts';
import { sideOf } from '../../../src/predict/compare/compare-scenarios.ts';
import { compareSides } from '../../../src/predict/compare/compare-sides.ts';
import type { Side } from '../../../src/predict/compare/side.ts';
import type { RunSummary } from '../../../src/predict/run-summary.ts';
import { summarize } from '../../../src/predict/statistics.ts';
import { pictureOf } from '../../../src/predict/timeline-picture.ts';
import { sourcesOf } from '../../../src/report/source-lines.ts';
import { explainText } from '../../../src/report/text-explain.ts';
import { compareText } from '../../../src/report/text-compare.ts';
import { runText } from '../../../src/report/text-run.ts';
import { causeOf, runOf } from '../predict/run-of.ts';
import { templateScenario, templateScenarioFiles } from '../predict/template-scenario.ts';

const scenario = templateScenario();
const sources = sourcesOf(templateScenarioFiles());

function lineOf(file: string, text: string): number {
  const entry = templateScenarioFiles().entries[file];
  return entry?.kind === 'text' ? entry.text.split('\n').findIndex((line) => line.includes(text)) : -1;
}

function resultOf(runs: readonly RunSummary[]): PredictionResult {
  const fix = {
    title: 'sleep first',
    set: { 'spec.traffic.rate': 5, 'spec.x': ['a b'] },
    failed: summarize([0, 4]),
  };
  const prediction = predictionOf({
    scenario,
    runs,
    causes: groupCauses(runs),
    fixOf: ({ rule }) => (rule === 'R-SRV-7' ? fix : null),
    allFixes: runs.some(({ causes }) => causes.length > 1) ? { ...fix, failed: summarize([0]) } : null,
    version: '0.1.0',
    seed: 1,
    wallMs: 5,
  });
  return { prediction, picture: pictureOf(runs), examples: runs[0]?.failedSample ?? [] };
}

const preStop = 1 + lineOf('changes/deployment.yaml', 'preStop:');
const failing = Array.from({ length: 20 }, (_, index) =>
  runOf({
    causes: [
      causeOf('R-SRV-7', 11_000 + 100 * index, preStop, 'changes/deployment.yaml'),
      causeOf('R-SRV-11', 20),
    ],
  }),
);

describe('runText', () => {
  it('has no latency where no request was answered, and neither has a comparison', () => {
    const totals = {
      ...runOf().totals,
      ok: 0,
      failed: 100_000,
      latencyMs: { p50: 0, p90: 0, p99: 0, p999: 0 },
    };
    const unanswered = { ...runOf(), totals };
    expect(runText({ scenario, result: resultOf([unanswered]), sources })).toContain(
      'Latency           none: no request was answered\n',
    );
    const sides = [runOf(), unanswered].map((run) => sideOf('a side', scenario, [run], ''));
    const text = compareText(compareSides(sides[0] as Side, sides[1] as Side));
    expect(text).toMatch(/ Latency p50 +20 ms +none *\n/u);
  });

  it('prints figures, curves, causes and fixes', () => {
    expect(runText({ scenario, result: resultOf(failing), sources })).toMatchInlineSnapshot(`
      "web · 4 pods · 500 req/s · rolling update (surge 1, unavailable 0)
      seed 1 · 20 runs · profile kind · every request followed

        Failed requests   11 970 of 100 000 (12 %)    95 % of runs 10 728 … 13 265    expected 0: not met
                          refused 11 970    new connections 11 970 · reused 0
        Rollout           complete after 60 s    last old pod gone after 80 s
        Pods              at most 5 by the controller’s count, 7 with terminating; at least 4 ready
        Latency           p50 20 ms · p99 90 ms
        Expectations      rolloutWithin 60 s     expected at most 5m: met

        failed/s  ▁█▁   max 11 970
        ready     ███   min 4
        pods      ▅█▅   max 7
                  0s

      Why they fail
       1  99.8 %   The listener closes before the proxies stop sending         R-SRV-7
                   changes/deployment.yaml:34    preStop: sleep: { seconds: 10 }
                   fix: sleep first    → 2 failed (0 … 529)
       2  0.17 %   The application answers with errors of its own              R-SRV-11
                   manifests/deployment.yaml:7    strategy: … rollingUpdate: maxSurge: 1 maxUnavailable: 0
          all fixes together    → none failed

      sim explain web shows each fix as settings and tells one failed request of each cause.
      Shares are of today’s failures: one fix can take another cause along, or bring it out.
      "
    `);
  });

  it('says plainly that nothing fails', () => {
    const text = runText({ scenario, result: resultOf([runOf(), runOf()]), sources });
    expect(text).toContain(
      'Failed requests   none of 100 000 in any of 2 runs    expected 0: met\n'.replace(
        '100 000',
        '100\u2009000',
      ),
    );
    expect(text).not.toContain('Why they fail');
  });

  it('says of one run that it is one', () => {
    const text = runText({
      scenario,
      result: resultOf([runOf({ causes: [causeOf('R-SRV-7', 1)] })]),
      sources,
    });
    expect(text).toContain('seed 1 · 1 run · profile kind');
    expect(text).not.toContain('95 % of runs');
  });

  it('tells stalled rollouts', () => {
    const text = runText({ scenario, result: resultOf([runOf(), runOf({ completeMs: null })]), sources });
    expect(text).toContain('complete in 50 % of runs after 60 s    stalled in 50 % of runs');
  });

  it('does not give a time to a rollout that never completes', () => {
    const text = runText({ scenario, result: resultOf([runOf({ completeMs: null })]), sources });
    expect(text).toContain('Rollout           stalled\n');
    expect(text).toContain('rolloutWithin never complete     expected at most 5m: not met');
  });

  it('holds no control characters', () => {
    const text = runText({ scenario, result: resultOf(failing), sources });
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });
});

describe('explainText', () => {
  it('prints lines, a story and settings for each cause', () => {
    expect(explainText({ scenario, result: resultOf(failing), sources })).toMatchInlineSnapshot(`
      "web · 4 pods · 500 req/s · rolling update (surge 1, unavailable 0)
      seed 1 · 20 runs · profile kind · every request followed

      11 970 of 100 000 requests fail, for 2 causes.

      1  The listener closes before the proxies stop sending (R-SRV-7)
         99.8 % of the failures: 11 950 in a run (10 708 … 13 245)
         changes/deployment.yaml:34    preStop: sleep: { seconds: 10 }

         Failed request 1: refused, from client-1 on worker-1 to pod web-1 on worker-2, new connection
             12.346 s   a request arrives at client-1 on worker-1

         Fix: sleep first
           --set spec.traffic.rate=5
           --set 'spec.x=["a b"]'
         → 2 failed (0 … 529)

      2  The application answers with errors of its own (R-SRV-11)
         0.17 % of the failures: 20 in a run
         manifests/deployment.yaml:7    strategy: … rollingUpdate: maxSurge: 1 maxUnavailable: 0

         Failed request 2: refused, from client-1 on worker-1 to pod web-1 on worker-2, new connection
             12.346 s   a request arrives at client-1 on worker-1

         No setting of the scenario would prevent it.

      All fixes together
           --set spec.traffic.rate=5
           --set 'spec.x=["a b"]'
         → none failed
      "
    `);
  });

  it('has nothing to explain where nothing fails', () => {
    const text = explainText({ scenario, result: resultOf([runOf()]), sources });
    expect(text).toContain('No request fails in the run: there is nothing to explain.');
  });
});
