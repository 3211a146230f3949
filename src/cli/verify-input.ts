/** What `sim verify` is given: scenarios, and measured records that belong to them, sorted into what is predicted together. */
import { existsSync } from 'node:fs';
import type { RunRecord } from '../record.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { CommandError } from './command-error.ts';
import { readSide } from './compare-sides-input.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { readScenario, reportBadInput } from './scenario-input.ts';

/** One scenario as it was replayed, with every record of it. */
export interface VerifyCase {
  readonly scenario: Scenario;
  readonly settings: readonly string[];
  readonly records: readonly RunRecord[];
}

interface NamedRecord {
  readonly file: string;
  readonly record: RunRecord;
}

export interface CasesAsked {
  readonly names: readonly string[];
  /** Of the records. */
  readonly files: readonly string[];
  readonly set: readonly string[];
  /** The setting of the cluster's profile, which a prediction takes and a replay does not. */
  readonly profile: readonly string[];
  readonly json: boolean;
  /** Names that need no record: their replays failed. */
  readonly unrecorded: readonly string[];
}

/**
 * Records of one scenario that were measured under different settings make cases of their own.
 * @returns null once what is wrong has been printed
 * @throws CommandError when a record belongs to none of the scenarios, or to another state of one
 */
export function verifyCases(
  context: Context,
  { names, files, set, profile, json, unrecorded }: CasesAsked,
): readonly VerifyCase[] | null {
  const records: NamedRecord[] = [];
  for (const file of files) {
    const record = measuredRecord(context, file, json);
    if (record === null) return null;
    records.push({ file, record });
  }
  const cases: VerifyCase[] = [];
  const used = new Set<NamedRecord>();
  for (const name of names) {
    const plain = readScenario(name, set);
    if (plain.scenario === null) {
      reportBadInput(context, plain, json);
      return null;
    }
    const title = plain.scenario.name;
    const own = records.filter(({ record }) => record.scenario.name === title);
    if (own.length === 0 && !unrecorded.includes(name))
      throw new CommandError(ExitCode.badInput, `There is no record of ${title}: give one with --record.`);
    for (const group of bySettings(own)) {
      for (const entry of group) used.add(entry);
      const settings = group[0]?.record.measurement?.settings ?? [];
      const found = caseOf(context, { name, set: [...set, ...settings], profile }, group, json);
      if (found === null) return null;
      cases.push({ ...found, settings });
    }
  }
  refuseUnused(records.filter((entry) => !used.has(entry)));
  return cases;
}

function bySettings(records: readonly NamedRecord[]): readonly (readonly NamedRecord[])[] {
  const groups = new Map<string, NamedRecord[]>();
  for (const entry of records) {
    const key = JSON.stringify(entry.record.measurement?.settings ?? []);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()];
}

function measuredRecord(context: Context, file: string, json: boolean): RunRecord | null {
  if (!existsSync(file))
    throw new CommandError(ExitCode.badInput, `There is no record ${file}: no such file.`);
  const side = readSide(context, file, [], file, json);
  if (side === null) return null;
  if (side.kind === 'scenario' || side.result.kind === 'prediction')
    throw new CommandError(ExitCode.badInput, `${file} is no run record: sim replay writes them.`);
  const { record } = side.result;
  if (record.source !== 'measured')
    throw new CommandError(
      ExitCode.badInput,
      `${file} was simulated, not measured: a prediction says nothing of itself. sim replay measures.`,
    );
  return record;
}

interface Named {
  readonly name: string;
  readonly set: readonly string[];
  readonly profile: readonly string[];
}

function caseOf(
  context: Context,
  { name, set, profile }: Named,
  group: readonly NamedRecord[],
  json: boolean,
): VerifyCase | null {
  const replayed = readScenario(name, set);
  const from = set.map((_, index) => `--set (no. ${index + 1})`);
  const input =
    profile.length === 0
      ? replayed
      : readScenario(name, [...set, ...profile], [...from, ...profile.map(() => '--profile')]);
  if (replayed.scenario === null || input.scenario === null) {
    reportBadInput(context, input, json);
    return null;
  }
  const { digest } = replayed.scenario;
  const other = group.find(({ record }) => record.scenario.digest !== digest);
  if (other !== undefined) {
    throw new CommandError(
      ExitCode.badInput,
      `${other.file} is of another state of ${input.scenario.name}: its manifests, its scenario.yaml or the settings were different.`,
    );
  }
  return { scenario: input.scenario, settings: [], records: group.map(({ record }) => record) };
}

function refuseUnused(unused: readonly NamedRecord[]): void {
  const [first] = unused;
  if (first === undefined) return;
  throw new CommandError(
    ExitCode.badInput,
    `${first.file} is a record of ${first.record.scenario.name}, which is not among the scenarios.`,
  );
}
