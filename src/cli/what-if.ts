/** `sim what-if`: questions about a scenario, and about the same scenario with other settings. */
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { EngineChoice } from '../model/data-plane.ts';
import { openRunner } from '../predict/open-runner.ts';
import { closestQuestions } from '../predict/what-if/match-question.ts';
import type { Question } from '../predict/what-if/question.ts';
import { ASKED_BY_DEFAULT, QUESTIONS } from '../predict/what-if/questions.ts';
import { askQuestions, type Variant } from '../predict/what-if/what-if.ts';
import { jsonText } from '../report/json.ts';
import { plural } from '../report/numbers.ts';
import { questionList, whatIfText } from '../report/text-what-if.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { readScenario, reportBadInput, type ScenarioInput } from './scenario-input.ts';

export interface WhatIfFlags {
  readonly ask: readonly string[];
  readonly set: readonly string[];
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
    context.print(questionList(QUESTIONS));
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
  const { scenario } = baseline;
  context.trace.seed = flags.seed;
  context.trace.digest = scenario.digest;
  const workers = flags.workers ?? availableParallelism();
  let done = 0;
  // Searches make many times as many runs: threads are worth their start.
  const runner = await openRunner(Math.max(flags.runs, 3), {
    workers,
    engine: flags.engine,
    signal: context.signal,
    pause: async () => setImmediate(),
  });
  try {
    const answers = await askQuestions(
      questions,
      variantOf(baseline),
      changed === null ? null : variantOf(changed),
      {
        runner,
        runs: flags.runs,
        seed: flags.seed,
        errorBudget: flags.slo,
        onRun: () => {
          done++;
          context.progress.show(`simulating: ${plural(done, 'run')}`);
        },
      },
    );
    context.progress.clear();
    const asked = {
      scenario: { name: scenario.name, digest: scenario.digest },
      set: flags.set,
      seed: flags.seed,
      runs: flags.runs,
    };
    context.print(
      json
        ? jsonText({ schema: 'rollout-sim/what-if/v1', ...asked, answers })
        : whatIfText({ scenario, answers, ...flags, words: words ?? null, style: context.style }),
    );
    return ExitCode.ok;
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
  const ids = ask.flatMap((text) => text.split(',')).map((id) => id.trim());
  const byId = ids.map((id) => {
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
