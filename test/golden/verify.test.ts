/** What `sim verify` prints, pinned as text. The runs are made up, so that only the verification has a say. */
import { expect, test } from 'vitest';
import type { RunSummary } from '../../src/predict/run-summary.ts';
import { jsonText } from '../../src/report/json.ts';
import { verificationMarkdown } from '../../src/report/markdown-verify.ts';
import { verificationText } from '../../src/report/text-verify.ts';
import { verificationOf } from '../../src/verify/verification-of.ts';
import { verifyScenario } from '../../src/verify/verify-scenario.ts';
import { causeOf, runOf } from '../unit/predict/run-of.ts';
import { templateScenario } from '../unit/predict/template-scenario.ts';
import { clustersOf, replayOf } from '../unit/verify/measured.ts';

function run(failed: number, completeMs: number): RunSummary {
  return {
    ...runOf({ offered: 30_000, causes: failed === 0 ? [] : [causeOf('R-SRV-7', failed)], completeMs }),
    seconds: {
      failed: Array.from({ length: 60 }, (_, second) => (second % 12 === 6 ? Math.round(failed / 5) : 0)),
      ready: [],
      pods: [],
    },
  };
}

const scenario = templateScenario();
const predicted = Array.from({ length: 99 }, (_, index) => run(200 + 3 * index, 50_000 + 100 * index));
const settings = ['spec.traffic.rate=500'];
const verification = verificationOf(
  [
    verifyScenario({
      scenario,
      settings,
      idleShare: 0.57,
      seed: 1,
      predicted: clustersOf(predicted, 3),
      measured: [
        replayOf(run(310, 54_000)),
        replayOf(run(900, 55_000), { busyMachine: { seconds: 4, of: 60 } }),
        replayOf(run(905, 56_000)),
        replayOf(run(4000, 90_000), {
          achievedRateShare: 0.81,
          lagP99Ms: 140,
          invalidBecause: ['The generator handed on 81 % of the asked rate; 98 % are needed.'],
        }),
      ],
    }),
    verifyScenario({
      scenario: { ...scenario, name: 'web-safe' },
      settings: [],
      idleShare: null,
      seed: 1,
      predicted: clustersOf([run(0, 60_000), run(0, 62_000)]),
      measured: [replayOf(run(0, 61_000))],
    }),
  ],
  '0.1.0',
);

test('as text', async () => {
  await expect(verificationText(verification)).toMatchFileSnapshot('verify/verification.txt');
});

test('as Markdown', async () => {
  await expect(verificationMarkdown(verification)).toMatchFileSnapshot('verify/verification.md.txt');
});

test('as JSON', async () => {
  await expect(jsonText(verification)).toMatchFileSnapshot('verify/verification.json.txt');
});
