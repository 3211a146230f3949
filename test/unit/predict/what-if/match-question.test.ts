import { describe, expect, it } from 'vitest';
import { matchQuestion } from '../../../../src/predict/what-if/match-question.ts';
import { QUESTION_IDS } from '../../../../src/predict/what-if/question.ts';
import { QUESTIONS } from '../../../../src/predict/what-if/questions.ts';

describe('matchQuestion', () => {
  it.each([
    ['max pods during surge', 'max-pods'],
    ['How many pods at most?', 'max-pods'],
    ['fewest ready pods', 'min-ready'],
    ['how few pods are serving', 'min-serving'],
    ['how many requests fail', 'failed'],
    ['how long does the rollout take?', 'duration'],
    ['how long does a rollback take', 'rollback-time'],
    ['is undo instant', 'rollback-time'],
    ['smallest safe sleep', 'safe-prestop'],
    ['how much more traffic can it take', 'headroom'],
    ['will a drain ever finish', 'drain-time'],
    ['what if a node dies', 'node-loss'],
    ['monthly error budget', 'error-budget'],
    ['does it fit in the quota', 'fits'],
  ])('%s → %s', (text, id) => {
    expect(matchQuestion(text)?.id).toBe(id);
  });

  it.each(QUESTION_IDS)('knows %s by its name and by its own title', (id) => {
    expect(matchQuestion(id)?.id).toBe(id);
    const question = QUESTIONS.find((one) => one.id === id);
    expect(matchQuestion(question?.title ?? '')?.id).toBe(id);
  });

  it.each(['', 'blah', 'what is the weather like', 'the of a'])('does not guess what %j means', (text) => {
    expect(matchQuestion(text)).toBeNull();
  });
});
