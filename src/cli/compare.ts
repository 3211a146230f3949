/** `sim compare`: two scenarios, one scenario under two settings, or results that were written earlier, side by side. */
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { compareSides } from '../predict/compare/compare-sides.ts';
import { sideOf, simulateSides } from '../predict/compare/compare-scenarios.ts';
import type { Side } from '../predict/compare/side.ts';
import { summarizeRun } from '../predict/run-summary.ts';
import { jsonText } from '../report/json.ts';
import { compareText } from '../report/text-compare.ts';
import type { EngineChoice } from '../model/data-plane.ts';
import { programVersion } from '../version.ts';
import { CommandError } from './command-error.ts';
import { readSide, type SideInput } from './compare-sides-input.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';

export interface CompareFlags {
  readonly runs: number;
  readonly seed: number;
  readonly engine: EngineChoice;
  readonly workers?: number | undefined;
  /** For both. */
  readonly set: readonly string[];
  /** For the second alone. */
  readonly with: readonly string[];
  readonly json?: true | undefined;
}

export async function compare(
  context: Context,
  firstName: string,
  secondName: string | undefined,
  flags: CompareFlags,
): Promise<ExitCode> {
  if (secondName === undefined && flags.with.length === 0) {
    throw new CommandError(
      ExitCode.badInput,
      `Compare ${firstName} with what? Name a second scenario or file of results, or change the second: --with path=value.`,
    );
  }
  const json = flags.json === true;
  const again = secondName ?? firstName;
  const changed = flags.with.length === 0 ? again : `${again} with ${flags.with.join(', ')}`;
  const first = readSide(context, firstName, flags.set, firstName, json);
  if (first === null) return ExitCode.badInput;
  const second = readSide(context, again, [...flags.set, ...flags.with], changed, json, [
    ...flags.set.map((_, index) => `--set (no. ${index + 1})`),
    ...flags.with.map((_, index) => `--with (no. ${index + 1})`),
  ]);
  if (second === null) return ExitCode.badInput;
  const [left, right] = await sidesOf(context, [first, second], flags);
  const comparison = compareSides(left as Side, right as Side, notesOn(first, second));
  context.print(json ? jsonText(comparison) : compareText(comparison, context.style));
  return ExitCode.ok;
}

/** Scenarios are simulated together; results stand for themselves. */
async function sidesOf(
  context: Context,
  inputs: readonly SideInput[],
  flags: CompareFlags,
): Promise<readonly Side[]> {
  const scenarios = inputs.filter((input) => input.kind === 'scenario');
  context.trace.seed = flags.seed;
  context.trace.digest = scenarios[0]?.scenario.digest ?? null;
  try {
    const simulated = await simulateSides(scenarios, {
      runs: flags.runs,
      seed: flags.seed,
      engine: flags.engine,
      workers: flags.workers ?? availableParallelism(),
      signal: context.signal,
      pause: async () => setImmediate(),
      version: programVersion(),
      onRun: (done, total) => {
        context.progress.show(`simulating: ${done} of ${total} runs`);
      },
    });
    return inputs.map((input) => {
      if (input.kind === 'scenario') return simulated[scenarios.indexOf(input)] as Side;
      return sideOfResult(input, scenarios[0]?.scenario ?? null);
    });
  } finally {
    context.progress.clear();
  }
}

/** A record is held against the expectations of the scenario that it is compared with, when it is a run of it. */
function sideOfResult(
  { label, result }: Extract<SideInput, { kind: 'result' }>,
  other: { readonly digest: string; readonly expect: Parameters<typeof sideOf>[1]['expect'] } | null,
): Side {
  if (result.kind === 'prediction') return { label, prediction: result.prediction, runs: null };
  const { record } = result;
  const expect = other !== null && other.digest === record.scenario.digest ? other.expect : [];
  return sideOf(label, { ...record.scenario, expect, warnings: [] }, [summarizeRun(record)], '');
}

/** Only a scenario and its own results belong together; anything else may be meant, but should be known. */
function notesOn(first: SideInput, second: SideInput): readonly string[] {
  if (first.kind === second.kind) return [];
  const [a, b] = [first, second].map(identityOf);
  if (a === undefined || b === undefined || a.digest === b.digest) return [];
  const result = first.kind === 'result' ? first.label : second.label;
  const kind = a.name === b.name ? 'another state of the scenario' : 'another scenario';
  return [
    `${result} is of ${kind}: ${shorten(a.digest)} on the first side, ${shorten(b.digest)} on the second.`,
  ];
}

function identityOf(input: SideInput): { readonly name: string; readonly digest: string } {
  if (input.kind === 'scenario') return input.scenario;
  const { result } = input;
  return result.kind === 'record' ? result.record.scenario : result.prediction.scenario;
}

function shorten(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}
