/** Asks questions about a scenario, and about the same scenario changed: with the same seeds, so that they are pairs. */
import type { Summary } from '../../prediction.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Reload } from '../fixes.ts';
import { pairedDifference, type PairedDifference } from '../paired.ts';
import type { Runner } from '../runner.ts';
import { runSeeds } from '../run-seed.ts';
import type { RunSummary } from '../run-summary.ts';
import { summarize } from '../statistics.ts';
import type { Asked, Measure, Question, QuestionId, Reply, Unit } from './question.ts';

export interface Variant {
  readonly scenario: Scenario;
  readonly reload: Reload;
}

export interface AnswerFigure {
  readonly name: string;
  readonly unit: Unit;
  /** Over the runs that have the figure; null when none has. */
  readonly baseline: Summary | null;
  readonly changed: Summary | null;
  /** What to say in place of a summary that is null. */
  readonly otherwise: string;
  /** Changed − baseline over the pairs of which both have the figure; null without such pairs, or without a change. */
  readonly difference: PairedDifference | null;
}

export interface Answer {
  readonly question: QuestionId;
  readonly title: string;
  readonly figures: readonly AnswerFigure[];
  /** About the baseline, and about the change. */
  readonly notes: readonly string[];
  readonly changedNotes: readonly string[];
}

export interface WhatIfOptions {
  readonly runner: Runner;
  readonly runs: number;
  readonly seed: number;
  /** Share of all requests that may fail in 30 days. */
  readonly errorBudget: number;
  /** Told as each run ends; how many there will be is known only as the answers come in. */
  readonly onRun?: (() => void) | undefined;
}

/** @param changed null: only the baseline is asked about */
export async function askQuestions(
  questions: readonly Question[],
  baseline: Variant,
  changed: Variant | null,
  options: WhatIfOptions,
): Promise<readonly Answer[]> {
  if (changed !== null) {
    const [answers = []] = await askVariants(questions, baseline, [changed], options);
    return answers;
  }
  const asked = askerOf(baseline, options);
  const answers: Answer[] = [];
  for (const question of questions) answers.push(answerOf(question, await question.ask(asked), null));
  return answers;
}

/**
 * Several changes side by side, each against the same baseline.
 * @returns for each variant the answers to all questions
 */
export async function askVariants(
  questions: readonly Question[],
  baseline: Variant,
  variants: readonly Variant[],
  options: WhatIfOptions,
): Promise<readonly (readonly Answer[])[]> {
  const asked = askerOf(baseline, options);
  const askedOfVariants = variants.map((variant) => askerOf(variant, options));
  const answers: Answer[][] = variants.map(() => []);
  for (const question of questions) {
    const reply = await question.ask(asked);
    for (const [index, other] of askedOfVariants.entries())
      answers[index]?.push(answerOf(question, reply, await question.ask(other)));
  }
  return answers;
}

function askerOf({ scenario, reload }: Variant, options: WhatIfOptions): Asked {
  const seeds = runSeeds(options.seed, options.runs);
  const known = new Map<string, Promise<RunSummary>[]>();
  return {
    scenario,
    reload,
    seeds,
    errorBudget: options.errorBudget,
    async runs(of, seedsMax = seeds.length) {
      const made = known.get(of.digest) ?? [];
      known.set(of.digest, made);
      const missing = seeds.slice(made.length, seedsMax);
      if (missing.length > 0) {
        const batch = options.runner.run(of, missing, () => options.onRun?.());
        made.push(...missing.map(async (_seed, index) => (await batch)[index] as RunSummary));
      }
      return Promise.all(made.slice(0, seedsMax));
    },
  };
}

function answerOf({ id, title }: Question, reply: Reply, other: Reply | null): Answer {
  const names = new Set([...reply.measures, ...(other?.measures ?? [])].map(({ name }) => name));
  const figures = [...names].map((name) => {
    const before = reply.measures.find((measure) => measure.name === name);
    const after = other?.measures.find((measure) => measure.name === name);
    return figureOf(before, after, other !== null);
  });
  return { question: id, title, figures, notes: reply.notes, changedNotes: other?.notes ?? [] };
}

function figureOf(before: Measure | undefined, after: Measure | undefined, isChanged: boolean): AnswerFigure {
  const { name, unit, otherwise } = (before ?? after) as Measure;
  return {
    name,
    unit,
    otherwise,
    baseline: summaryOf(before, unit),
    changed: isChanged ? summaryOf(after, unit) : null,
    difference: isChanged ? differenceOf(before, after) : null,
  };
}

/** A count of something that never occurred is 0, not unknown. */
function summaryOf(measure: Measure | undefined, unit: Unit): Summary | null {
  if (measure === undefined) return unit === 'count' ? summarize([0]) : null;
  const values = measure.values.filter((value) => value !== null);
  return values.length === 0 ? null : summarize(values);
}

function differenceOf(before: Measure | undefined, after: Measure | undefined): PairedDifference | null {
  const values = before?.values ?? neverOccurred(after);
  const others = after?.values ?? neverOccurred(before);
  if (values.length !== others.length) return null;
  const pairs = values.flatMap((value, index) => {
    const other = others[index];
    return value === null || other === null || other === undefined ? [] : [[value, other] as const];
  });
  if (pairs.length === 0) return null;
  return pairedDifference(
    pairs.map(([value]) => value),
    pairs.map(([, other]) => other),
  );
}

/** The counts of what only the other setting has, such as a class of failures. */
function neverOccurred(measure: Measure | undefined): readonly (number | null)[] {
  return measure?.unit === 'count' ? measure.values.map(() => 0) : [];
}
