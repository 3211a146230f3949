import { describe, expect, it } from 'vitest';
import { inlineRunner } from '../../../../src/predict/inline-runner.ts';
import { QUESTIONS } from '../../../../src/predict/what-if/questions.ts';
import type { QuestionId } from '../../../../src/predict/what-if/question.ts';
import { askQuestions, type Answer, type AnswerFigure } from '../../../../src/predict/what-if/what-if.ts';
import { KILL_FIRST, QUICK, reloadTemplate, templateScenario } from '../../predict/template-scenario.ts';

const RUNS = 3;

async function ask(
  id: QuestionId,
  changed: readonly string[] | null,
  ...base: readonly string[]
): Promise<Answer> {
  const set = [...QUICK, ...base];
  const variant = (further: readonly string[]) => ({
    scenario: templateScenario(...set, ...further),
    reload: reloadTemplate(...set, ...further),
  });
  const [answer] = await askQuestions(
    QUESTIONS.filter((question) => question.id === id),
    variant([]),
    changed === null ? null : variant(changed),
    { runner: inlineRunner({ engine: 'auto' }), runs: RUNS, seed: 1, errorBudget: 0.001 },
  );
  if (answer === undefined) throw new Error(`no answer to ${id}`);
  return answer;
}

function figure(answer: Answer, part: string): AnswerFigure {
  const found = answer.figures.find(({ name }) => name.includes(part));
  if (found === undefined)
    throw new Error(`no ${part} in ${answer.figures.map(({ name }) => name).join(', ')}`);
  return found;
}

describe('askQuestions', () => {
  it('max-pods: by the book, with terminating ones, and on each node', async () => {
    const answer = await ask('max-pods', null);
    const book = figure(answer, 'controller').baseline?.mean ?? 0;
    expect(figure(answer, 'terminating').baseline?.mean).toBeGreaterThanOrEqual(book);
    const onNodes = answer.figures
      .filter(({ name }) => name.startsWith('pods on '))
      .map(({ baseline }) => baseline?.max ?? 0);
    expect(onNodes.length).toBeGreaterThan(0);
    expect(onNodes.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(book);
  });

  it('max-pods and fits: says so when the pods of before have no room', async () => {
    const crowd = ['deployment/web.spec.replicas=900'];
    const answer = await ask('max-pods', crowd);
    for (const part of ['CPU that must be free', 'memory that must be free']) {
      expect(figure(answer, part)).toMatchObject({ changed: null, otherwise: 'the pods do not fit' });
    }
    expect(answer.changedNotes.join('\n')).toMatch(/Only \d+ of 900 pods of web fit the nodes/u);
    expect(figure(await ask('fits', crowd), 'it fits').changed?.mean).toBe(0);
  });

  it('pairs a change with the baseline, and says the difference', async () => {
    const answer = await ask('failed', [], ...KILL_FIRST);
    const failed = figure(answer, 'failed requests');
    expect(failed.baseline?.mean).toBeGreaterThan(0);
    expect(failed.difference).toMatchObject({ mean: 0, low: 0, high: 0, pairs: RUNS });
  });

  it('safe-prestop: a sleep with which nothing fails, though the hook that kills first loses requests', async () => {
    const answer = await ask('safe-prestop', null, ...KILL_FIRST);
    expect(figure(answer, 'probability').baseline?.mean).toBe(1);
    expect(figure(answer, 'preStop sleep').baseline?.mean).toBeLessThanOrEqual(30_000);
  });

  it('rollback-time: going back from the end takes about as long as the rollout', async () => {
    const back = await ask('rollback-time', null);
    const out = await ask('duration', null);
    const rollback = figure(back, 'at its end').baseline?.mean ?? 0;
    const rollout = figure(out, 'until complete').baseline?.mean ?? 0;
    expect(rollback).toBeGreaterThan(rollout / 3);
    expect(rollback).toBeLessThan(rollout * 3);
    expect(figure(back, 'at 25 %').baseline?.mean).toBeLessThan(rollback);
  });

  it('drain-time: every node is emptied, in a time', async () => {
    const answer = await ask('drain-time', null);
    expect(figure(answer, 'is empty after').baseline?.mean).toBeGreaterThan(0);
  });

  it('fits: not when the nodes are full', async () => {
    expect(figure(await ask('fits', null), 'it fits').baseline?.mean).toBe(1);
  });

  it('error-budget: the share of 30 days’ failures', async () => {
    const answer = await ask('error-budget', null, ...KILL_FIRST);
    const failed = figure(answer, 'failed requests').baseline?.mean ?? 0;
    const allowed = figure(answer, 'may fail').baseline?.mean ?? 1;
    expect(figure(answer, 'share of the budget').baseline?.mean).toBeCloseTo(failed / allowed, 10);
  });
});
