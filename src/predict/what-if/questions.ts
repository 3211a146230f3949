/** Every question that can be asked, in the order in which they are listed. */
import { drainTime } from './drain-time.ts';
import { duration } from './duration.ts';
import { errorBudget } from './error-budget.ts';
import { failed } from './failed.ts';
import { fits } from './fits.ts';
import { headroom } from './headroom.ts';
import { nodeLoss } from './node-loss.ts';
import { maxPods, minReady, minServing } from './pods.ts';
import type { Question, QuestionId } from './question.ts';
import { rollbackTime } from './rollback-time.ts';
import { safePreStop } from './safe-prestop.ts';

export const QUESTIONS: readonly Question[] = [
  maxPods,
  minReady,
  minServing,
  failed,
  duration,
  rollbackTime,
  safePreStop,
  headroom,
  drainTime,
  nodeLoss,
  errorBudget,
  fits,
];

/** What is answered when nothing is asked: what the scenario's own runs say. */
export const ASKED_BY_DEFAULT: readonly QuestionId[] = [
  'max-pods',
  'min-ready',
  'min-serving',
  'failed',
  'duration',
  'fits',
];
