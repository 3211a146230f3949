/** `sim what-if`: questions about a scenario, and about the same scenario with other settings. */
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { EngineChoice } from '../model/data-plane.ts';
import { openRunner } from '../predict/open-runner.ts';
import { closestQuestions } from '../predict/what-if/match-question.ts';
import type { Question } from '../predict/what-if/question.ts';
import { ASKED_BY_DEFAULT, QUESTIONS } from '../predict/what-if/questions.ts';
import { askQuestions, askVariants, type Variant, type WhatIfOptions } from '../predict/what-if/what-if.ts';
import { jsonText } from '../report/json.ts';
import { plural } from '../report/numbers.ts';
import { questionList, whatIfText } from '../report/text-what-if.ts';
import { whatIfVariantsText } from '../report/text-what-if-variants.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { readScenario, reportBadInput, type ScenarioInput } from './scenario-input.ts';
import { readVariants, type LabelledVariant } from './what-if-variants.ts';

const QUESTIONS_SCHEMA = 'rollout-sim/questions/v1';

export interface WhatIfFlags {
  readonly ask: readonly string[];
  readonly set: readonly string[];
  readonly vary: readonly string[];
  readonly slo: number;
  readonly runs: number;
  readonly seed: number;
  readonly engine: EngineChoice;
  readonly workers?: number | undefined;
  readonly json?: true | undefined;
  readonly list?: true | undefined;
}

export async function whatIf(
  context: Context,
  name: string | undefined,
  words: string | undefined,
  flags: WhatIfFlags,
): Promise<ExitCode> {
  if (flags.list === true) {
    if (name !== undefined)
      throw new CommandError(
        ExitCode.badInput,
        `--list lists all questions; ${name} has no meaning beside it.`,
      );
    const list = QUESTIONS.map(({ id, title }) => ({ id, title }));
    context.print(
      flags.json === true ? jsonText({ schema: QUESTIONS_SCHEMA, questions: list }) : questionList(QUESTIONS),
    );
    return ExitCode.ok;
  }
  if (name === undefined) {
    throw new CommandError(
      ExitCode.badInput,
      `Which scenario? The questions are:\n${questionList(QUESTIONS).trimEnd()}`,
    );
  }
  const questions = questionsOf(words, flags.ask);
  const json = flags.json === true;
  const baseline = readScenario(name, []);
  if (baseline.scenario === null) return reportBadInput(context, baseline, json);
  const changed = flags.set.length === 0 ? null : readScenario(name, flags.set);
  if (changed !== null && changed.scenario === null) return reportBadInput(context, changed, json);
  const variants =
    flags.vary.length === 0 ? null : readVariants(context, baseline, changed ?? baseline, flags);
  if (variants?.length === 0)
    throw new CommandError(ExitCode.badInput, 'Nothing is different: every value is the present one.');
  const asking = {
    scenario: baseline.scenario,
    questions,
    baseline,
    changed,
    variants,
    words: words ?? null,
  };
  context.print(
    await withRunner(context, baseline.scenario, flags, async (options) =>
      ask(context, asking, flags, options),
    ),
  );
  return ExitCode.ok;
}

interface Asking {
  readonly scenario: Scenario;
  readonly questions: readonly Question[];
  readonly baseline: ScenarioInput;
  /** null: only the baseline is asked about. */
  readonly changed: ScenarioInput | null;
  /** Several changes side by side; null: none or one. */
  readonly variants: readonly LabelledVariant[] | null;
  readonly words: string | null;
}

/** @returns what is printed */
async function ask(
  { style }: Context,
  { scenario, questions, baseline, changed, variants, words }: Asking,
  flags: WhatIfFlags,
  options: WhatIfOptions,
): Promise<string> {
  const { set, seed, runs, json } = flags;
  const report = { scenario, set, seed, runs, words, style };
  const { name, digest } = scenario;
  const asked = { schema: 'rollout-sim/what-if/v1', scenario: { name, digest }, set, seed, runs };
  if (variants === null) {
    const other = changed === null ? null : variantOf(changed);
    const answers = await askQuestions(questions, variantOf(baseline), other, options);
    return json === true ? jsonText({ ...asked, answers }) : whatIfText({ ...report, answers });
  }
  const all = await askVariants(questions, variantOf(baseline), variants, options);
  const told = variants.map((variant, index) => ({
    label: variant.label,
    set: variant.set,
    notes: variant.notes,
    answers: all[index] ?? [],
  }));
  return json === true
    ? jsonText({ ...asked, variants: told })
    : whatIfVariantsText({ ...report, variants: told });
}

/** Shows how many runs were made, and leaves nothing behind. */
async function withRunner(
  context: Context,
  { digest }: Scenario,
  flags: WhatIfFlags,
  work: (options: WhatIfOptions) => Promise<string>,
): Promise<string> {
  context.trace.seed = flags.seed;
  context.trace.digest = digest;
  // Searches make many times as many runs: threads are worth their start.
  const runner = await openRunner(Math.max(flags.runs, 3), {
    workers: flags.workers ?? availableParallelism(),
    engine: flags.engine,
    signal: context.signal,
    pause: async () => setImmediate(),
  });
  let done = 0;
  try {
    return await work({
      runner,
      runs: flags.runs,
      seed: flags.seed,
      errorBudget: flags.slo,
      onRun: () => {
        done++;
        context.progress.show(`simulating: ${plural(done, 'run')}`);
      },
    });
  } finally {
    context.progress.clear();
    await runner.close();
  }
}

function variantOf(input: ScenarioInput): Variant {
  if (input.scenario === null) throw new Error('a scenario with errors is never asked about');
  return { scenario: input.scenario, reload: input.reload };
}

function questionsOf(words: string | undefined, ask: readonly string[]): readonly Question[] {
  const ids = ask
    .flatMap((text) => text.split(','))
    .map((id) => id.trim())
    .filter((id) => id !== '');
  const byId = [...new Set(ids)].map((id) => {
    const question = QUESTIONS.find((one) => one.id === id);
    if (question !== undefined) return question;
    const near = didYouMean(
      id,
      QUESTIONS.map((one) => one.id),
    );
    throw unclear(`There is no question ${id}.${near === null ? '' : ` Did you mean ${near}?`}`);
  });
  if (words === undefined) {
    return byId.length > 0 ? byId : QUESTIONS.filter(({ id }) => ASKED_BY_DEFAULT.includes(id));
  }
  const [question, ...others] = closestQuestions(words);
  if (question === undefined) throw unclear(`No question has words of “${words}”.`);
  if (others.length > 0) {
    const names = [question, ...others].map(({ id }) => id);
    throw unclear(`“${words}” may be ${names.slice(0, -1).join(', ')} or ${names.at(-1)}.`);
  }
  return [question, ...byId.filter(({ id }) => id !== question.id)];
}

function unclear(message: string): CommandError {
  return new CommandError(
    ExitCode.badInput,
    `${message} The questions are:\n${questionList(QUESTIONS).trimEnd()}`,
  );
}
