/** What `sim what-if` prints, pinned as text: the template's rollout, which kills before it sleeps, on the exact engine. */
import { expect, test } from 'vitest';
import { inlineRunner } from '../../src/predict/inline-runner.ts';
import type { QuestionId } from '../../src/predict/what-if/question.ts';
import { QUESTIONS } from '../../src/predict/what-if/questions.ts';
import { askQuestions, askVariants, type Variant } from '../../src/predict/what-if/what-if.ts';
import { PLAIN } from '../../src/report/style.ts';
import { whatIfText } from '../../src/report/text-what-if.ts';
import { whatIfVariantsText } from '../../src/report/text-what-if-variants.ts';
import { KILL_FIRST, QUICK, reloadTemplate, templateScenario } from '../unit/predict/template-scenario.ts';

const BASE = [...QUICK, ...KILL_FIRST];
const MORE_SURGE = 'deployment/web.spec.strategy.rollingUpdate.maxSurge=2';
const RUNS = 5;
const OPTIONS = { runner: inlineRunner({ engine: 'exact' }), runs: RUNS, seed: 1, errorBudget: 0.001 };
const REPORT = { scenario: templateScenario(...BASE), runs: RUNS, seed: 1, style: PLAIN };

function variant(...further: readonly string[]): Variant {
  const set = [...BASE, ...further];
  return { scenario: templateScenario(...set), reload: reloadTemplate(...set) };
}

function sleep(seconds: number): string {
  return `deployment/web.spec.template.spec.containers[web].lifecycle.preStop={sleep: {seconds: ${seconds}}}`;
}

const asked = (...ids: readonly QuestionId[]) => QUESTIONS.filter(({ id }) => ids.includes(id));

test('every question', { timeout: 60_000 }, async () => {
  const answers = await askQuestions(QUESTIONS, variant(), null, OPTIONS);
  await expect(whatIfText({ ...REPORT, answers, set: [], words: null })).toMatchFileSnapshot(
    'what-if/every-question.txt',
  );
});

test('one change, asked in plain words', async () => {
  const questions = asked('max-pods', 'failed', 'duration');
  const answers = await askQuestions(questions, variant(), variant(MORE_SURGE), OPTIONS);
  const text = whatIfText({ ...REPORT, answers, set: [MORE_SURGE], words: 'pods at the peak' });
  await expect(text).toMatchFileSnapshot('what-if/one-change.txt');
});

test('several values side by side', async () => {
  const all = await askVariants(
    asked('failed', 'duration'),
    variant(),
    [variant(sleep(1)), variant(sleep(10))],
    OPTIONS,
  );
  const variants = [
    { label: 'preStop.sleep 1s', notes: [], answers: all[0] ?? [] },
    {
      label: 'preStop.sleep 10s',
      notes: ['terminationGracePeriodSeconds is raised.'],
      answers: all[1] ?? [],
    },
  ];
  await expect(whatIfVariantsText({ ...REPORT, variants, set: [], words: null })).toMatchFileSnapshot(
    'what-if/several-values.txt',
  );
});
