/** Keys on the questions: choose one, or type it in plain words. */
import { matchQuestion } from '../../predict/what-if/match-question.ts';
import type { QuestionId } from '../../predict/what-if/question.ts';
import { QUESTIONS } from '../../predict/what-if/questions.ts';
import { clamp } from '../chart/columns.ts';
import { isTyping } from '../screen.machine.ts';
import type { Effect, Key } from '../message.ts';
import { endedRuns } from '../figures.ts';
import { currentRuns, type Opened, type QuestionsState, type State } from '../state.ts';
import { edited, goTo, next, withOpened, type Next } from './next.ts';

/** Every question that was asked, of the scenario as it is and as it is changed. */
export function asking({ generation, base, current, set, questions }: Opened): readonly Effect[] {
  const asked = QUESTIONS.filter(({ id }) => questions.answers[id] !== undefined);
  const changed = set.length === 0 ? null : { scenario: current, set };
  return asked.map(({ id }) => ({ kind: 'ask', generation, question: id, base, changed }));
}

export function questionsKey(state: State, opened: Opened, key: Key): Next {
  const { questions } = opened;
  const change = (part: Partial<QuestionsState>, from: State = state): State =>
    withOpened(from, { questions: { ...questions, ...part } });
  if (isTyping(state.screen)) return typingKey(state, opened, key);
  const to = (index: number): Next => next(change({ index: clamp(index, 0, QUESTIONS.length - 1) }));
  if (key === 'up') return to(questions.index - 1);
  if (key === 'down') return to(questions.index + 1);
  if (key === 'home') return to(0);
  if (key === 'end') return to(QUESTIONS.length - 1);
  if (key === 'enter') {
    const question = QUESTIONS[questions.index];
    return question === undefined ? next(state) : ask(state, opened, question.id);
  }
  if (typeof key === 'object' && key.text === '/') {
    return next(change({ typed: '' }, goTo(state, { type: 'TYPE' })));
  }
  return next(state);
}

/** While runs are still under way the question waits for them: their figures are most of the answer. */
function ask(state: State, opened: Opened, question: QuestionId): Next {
  const { questions } = opened;
  const index = QUESTIONS.findIndex(({ id }) => id === question);
  const earlier = questions.answers[question] ?? { generation: -1, answer: null };
  const answers = { ...questions.answers, [question]: earlier };
  const asked = { ...opened, questions: { index, typed: '', answers } };
  const settled = !opened.configuring && endedRuns(currentRuns(opened)).length >= state.runsWanted;
  const effects = settled
    ? asking(asked).filter((effect) => 'question' in effect && effect.question === question)
    : [];
  return { state: { ...goTo(state, { type: 'TYPED' }), opened: asked }, effects };
}

function typingKey(state: State, opened: Opened, key: Key): Next {
  const { questions } = opened;
  if (key === 'escape') {
    return next(withOpened(goTo(state, { type: 'TYPED' }), { questions: { ...questions, typed: '' } }));
  }
  if (key === 'enter') {
    const found = matchQuestion(questions.typed);
    if (found === null) {
      return next({ ...state, notice: 'It is not clear which question that is.' });
    }
    return ask(state, opened, found.id);
  }
  const typed = edited(questions.typed, key);
  return typed === null ? next(state) : next(withOpened(state, { questions: { ...questions, typed } }));
}
