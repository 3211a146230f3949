/** Finds the question that somebody means by the words they use. */
import type { Question } from './question.ts';
import { QUESTIONS } from './questions.ts';

/** Words that every question has. */
const EMPTY = new Set(
  'a an the of is are do does did will would can could if in on at to for it its we my our what how when which with there be i during'.split(
    ' ',
  ),
);
const ENDINGS = /(?:ing|ed|es|e|s)$/u;
/** The best must be so far ahead of the second. */
const LEAD_MIN = 0.5;

function stem(word: string): string {
  const short = word.replace(ENDINGS, '');
  return short.length >= 3 ? short : word;
}

function stemsOf(text: string): readonly string[] {
  const words = text.toLowerCase().match(/[a-z]+/gu) ?? [];
  return words.filter((word) => !EMPTY.has(word)).map(stem);
}

function score(question: Question, wanted: ReadonlySet<string>): number {
  let sum = 0;
  question.words.forEach((word, index) => {
    // Earlier words say more about the question.
    if (wanted.has(stem(word))) sum += 1 + 3 / (index + 1);
  });
  return sum;
}

/** The questions that have the text's words, when several have them alike; one when it is clear; none when nothing fits. */
export function closestQuestions(text: string): readonly Question[] {
  const named = QUESTIONS.find(({ id }) => id === text.trim().toLowerCase().replaceAll(/\s+/gu, '-'));
  if (named !== undefined) return [named];
  const wanted = new Set(stemsOf(text));
  const scored = QUESTIONS.map((question) => ({ question, points: score(question, wanted) }));
  const most = Math.max(...scored.map(({ points }) => points));
  if (most < 1) return [];
  return scored.filter(({ points }) => most - points < LEAD_MIN).map(({ question }) => question);
}

/** null: no question, or several alike, have the text's words. The id of a question always names it. */
export function matchQuestion(text: string): Question | null {
  const [first, ...others] = closestQuestions(text);
  return first !== undefined && others.length === 0 ? first : null;
}
