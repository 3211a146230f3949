import { describe, expect, it } from 'vitest';
import type { TunedConfiguration, Tuning } from '../../../src/predict/tune/tuning.ts';
import { summarize } from '../../../src/predict/statistics.ts';
import { sourcesOf } from '../../../src/report/source-lines.ts';
import { WIDTH } from '../../../src/report/lines.ts';
import { tuneText } from '../../../src/report/text-tune.ts';
import { templateScenario, templateScenarioFiles } from '../predict/template-scenario.ts';

const SLEEP = 'deployment/web.spec.template.spec.containers[web].lifecycle.preStop';
const scenario = templateScenario();

function configuration(
  maxSurge: string,
  sleep: string,
  part: Partial<TunedConfiguration> = {},
): TunedConfiguration {
  return {
    values: { maxSurge, 'preStop.sleep': sleep },
    set: { [SLEEP]: { sleep: { seconds: Number.parseInt(sleep, 10) } } },
    changedFields: ['preStop.sleep'],
    graceSeconds: null,
    runs: 73,
    verdict: 'meets',
    probabilityMet: { share: 1, low: 0.95, high: 1 },
    failed: summarize([0]),
    durationMs: summarize([30_200]),
    peakPods: summarize([13]),
    standingPods: 10,
    extraPodSeconds: summarize([104]),
    ...part,
  };
}

const MISS: Partial<TunedConfiguration> = {
  runs: 4,
  verdict: 'misses',
  probabilityMet: { share: 0, low: 0, high: 0.49 },
  failed: summarize([1200, 1400, 1250, 1350]),
};

const tuning: Tuning = {
  schema: 'rollout-sim/tuning/v1',
  scenario: { name: 'web', digest: 'sha256:0' },
  engine: { version: '0.1.0', mode: 'skip-ahead', seed: 1, runs: 180, wallMs: 0 },
  fields: [
    { name: 'maxSurge', values: ['1', '2', '3'], present: '2' },
    { name: 'preStop.sleep', values: Array.from({ length: 31 }, (_, index) => `${index}s`), present: null },
  ],
  fieldsChosen: false,
  expectationsAssumed: false,
  grid: { configurations: 93, looked: 40, refused: 2, refusal: 'Both are 0.' },
  exhausted: false,
  present: configuration('2', 'present', { ...MISS, set: {}, changedFields: [] }),
  choice: {
    ...configuration('2', '3s', { graceSeconds: 33 }),
    patches: [
      {
        kind: 'Deployment',
        name: 'web',
        namespace: 'shop',
        patch: {
          spec: {
            template: {
              spec: {
                containers: [{ name: 'web', lifecycle: { preStop: { exec: null, sleep: { seconds: 3 } } } }],
              },
            },
          },
        },
      },
    ],
    scenarioSettings: {},
  },
  nearest: null,
  frontier: [configuration('2', '3s', { graceSeconds: 33 }), configuration('1', '0s', MISS)],
};

const textOf = (part: Partial<Tuning> = {}): string =>
  tuneText({
    scenario,
    tuning: { ...tuning, ...part },
    sources: sourcesOf(templateScenarioFiles()),
    name: './my web',
    given: ['spec.traffic.rate=50'],
  });

describe('the text of a search', () => {
  it('shows the frontier, the choice and how to make and check it', () => {
    expect(textOf()).toMatchInlineSnapshot(`
      "web · 4 pods · 500 req/s · rolling update (surge 1, unavailable 0)
      seed 1 · 180 runs over 40 of 93 configurations, the same seeds for each · profile kind

      Fields
        maxSurge        1, 2, 3                now 2
        preStop.sleep   0s … 30s (31 values)

      Frontier: nothing tried beats these in failed requests, rollout time and pods at once
              failed   rollout   pods   pod·s   expectations met
        ▸     none     30.2 s    13     104     100 % (95 % … 100 %, 73 runs)
               maxSurge 2 · preStop.sleep 3s
              1300     30.2 s    13     104     0 % (0 % … 49 %, 4 runs)
               maxSurge 1 · preStop.sleep 0s
        now   1300     30.2 s    13     104     0 % (0 % … 49 %, 4 runs)

      Cheapest that meets the expectations
        preStop.sleep 3s
        terminationGracePeriodSeconds is raised to 33, so that it holds sleep, lame duck and drain
        P(met) 100 %, with 95 % confidence 95 % … 100 % (73 runs)
        104 pod-seconds beyond 10 pods · complete after 30.2 s · 13 pods at most

      Patch
        kubectl patch deployment web -n shop --type strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","lifecycle":{"preStop":{"exec":null,"sleep":{"seconds":3}}}}]}}}}'

      As YAML
        # Deployment web
        spec:
          template:
            spec:
              containers:
                - name: web
                  lifecycle:
                    preStop:
                      sleep:
                        seconds: 3
        # without spec.template.spec.containers[web].lifecycle.preStop.exec

      Check it
        sim run './my web' --set spec.traffic.rate=50 --set 'deployment/web.spec.template.spec.containers[web].lifecycle.preStop={sleep: {seconds: 3}}'

      Cheapest: fewest pods all the time, then fewest pod-seconds beyond them, then the shortest rollout,
      then the fewest fields changed; less than 5 % apart counts as equal.
      This is a rollout between pods that already carry the change. The rollout that brings it in still
      stops pods without it.
      2 combinations cannot be applied: Both are 0.
      "
    `);
  });

  it('tells what limits the nearest when nothing meets the expectations', () => {
    const nearest = {
      ...configuration('3', '1s', MISS),
      unmet: [
        { name: 'failedRequests', target: '0', value: summarize([1300]), probabilityMet: 0 },
        { name: 'rolloutWithin', target: '30s', value: summarize([42_000]), probabilityMet: 0.25 },
      ],
      causes: [
        {
          rule: 'R-SRV-7',
          title: 'The listener closes before the proxies stop sending',
          share: 0.97,
          where: [{ file: 'manifests/deployment.yaml', line: 8 }],
        },
      ],
    };
    expect(textOf({ choice: null, nearest, exhausted: true, expectationsAssumed: true }))
      .toMatchInlineSnapshot(`
        "web · 4 pods · 500 req/s · rolling update (surge 1, unavailable 0)
        seed 1 · 180 runs over 40 of 93 configurations, the same seeds for each · profile kind

        Fields
          maxSurge        1, 2, 3                now 2
          preStop.sleep   0s … 30s (31 values)

        Frontier: nothing tried beats these in failed requests, rollout time and pods at once
                failed   rollout   pods   pod·s   expectations met
                none     30.2 s    13     104     100 % (95 % … 100 %, 73 runs)
                 maxSurge 2 · preStop.sleep 3s
                1300     30.2 s    13     104     0 % (0 % … 49 %, 4 runs)
                 maxSurge 1 · preStop.sleep 0s
          now   1300     30.2 s    13     104     0 % (0 % … 49 %, 4 runs)

        No configuration tried meets the expectations. The nearest, and what limits it
          maxSurge 3 · preStop.sleep 1s
          failedRequests: 1300 where 0 is expected (holds in 0 % of runs)
          rolloutWithin: 42 s where 30s is expected (holds in 25 % of runs)
          97 %     The listener closes before the proxies stop sending (R-SRV-7)
                   manifests/deployment.yaml:8    type: RollingUpdate
          Without --vary the fields are chosen by these causes.

        The scenario expects nothing, so no failed request was looked for.
        2 combinations cannot be applied: Both are 0.
        The runs were used up; --runs-max allows more.
        "
      `);
  });

  it('says when the runs did not suffice for the choice', () => {
    const { choice } = tuning;
    if (choice === null) throw new Error('there is a choice');
    const open = {
      ...choice,
      verdict: 'open' as const,
      runs: 8,
      probabilityMet: { share: 1, low: 0.68, high: 1 },
    };
    expect(textOf({ choice: open, exhausted: true })).toContain('Cheapest that may meet the expectations');
  });

  it('shows ten of a long frontier, both ends and the choice among them, in lines that fit', () => {
    const frontier = Array.from({ length: 30 }, (_, index) =>
      configuration('1', `${index}s`, { durationMs: summarize([1000 * (index + 1)]) }),
    );
    const text = textOf({ frontier, choice: null });
    expect(text).toContain('and 20 more, see --json');
    expect(text).toContain('preStop.sleep 0s');
    expect(text).toContain('preStop.sleep 29s');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(WIDTH);
  });
});
