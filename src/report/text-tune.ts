/** What `sim tune` prints: the frontier, the cheapest choice as patches, and how sure it is. */
import type { Choice, Nearest, TunedConfiguration, TunedField, Tuning } from '../predict/tune/tuning.ts';
import { settingTexts } from '../predict/setting-text.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { placeText } from './cause-text.ts';
import { flow, WIDTH, wrap } from './lines.ts';
import { formatCount, formatMs, formatShare, plural } from './numbers.ts';
import { patchCommand, patchYaml } from './patch-text.ts';
import { scenarioItems } from './scenario-line.ts';
import { shellQuoted } from './shell-quoted.ts';
import type { Sources } from './source-lines.ts';
import { PLAIN, type Style } from './style.ts';
import { tableLines, type Cell } from './table.ts';

/** Members of the frontier that are shown; all of them are in the JSON. */
const ROWS_MAX = 10;
/** A field with more values is shown by its ends. */
const VALUES_MAX = 8;

export interface TuneReport {
  readonly scenario: Scenario;
  readonly tuning: Tuning;
  readonly sources: Sources;
  /** The scenario as it was named, and the settings that were given beside it. */
  readonly name: string;
  readonly given: readonly string[];
  readonly style?: Style;
}

export function tuneText(report: TuneReport): string {
  const { scenario, tuning, style = PLAIN } = report;
  const [name = '', ...items] = scenarioItems(scenario);
  const [first = '', ...more] = flow([name, ...items], ' · ', WIDTH);
  const { choice, nearest } = tuning;
  const sections: readonly (readonly string[])[] = [
    [`${style.strong(name)}${first.slice(name.length)}`, ...more, style.faint(effortLine(tuning, scenario))],
    fieldLines(tuning),
    frontierLines(tuning, style),
    ...(choice === null ? [] : choiceSections(choice, report)),
    ...(nearest === null ? [] : [nearestLines(nearest, report)]),
    noteLines(tuning, style),
  ];
  const text = sections.filter((section) => section.length > 0).map((section) => section.join('\n'));
  return `${text.join('\n\n')}\n`;
}

/** The line that repeats a choice as a prediction. */
export function checkCommand(
  { set }: TunedConfiguration,
  { name, given }: Pick<TuneReport, 'name' | 'given'>,
): string {
  const settings = [...given, ...settingTexts(set)].map((text) => `--set ${shellQuoted(text)}`);
  return ['sim run', shellQuoted(name), ...settings].join(' ');
}

function effortLine({ engine, grid }: Tuning, { profile }: Scenario): string {
  const looked =
    grid.looked === grid.configurations
      ? `all ${plural(grid.looked, 'configuration')}`
      : `${formatCount(grid.looked)} of ${formatCount(grid.configurations)} configurations`;
  return `seed ${engine.seed} · ${plural(engine.runs, 'run')} over ${looked}, the same seeds for each · profile ${profile.name}`;
}

function fieldLines({ fields, fieldsChosen }: Tuning): readonly string[] {
  const head = fieldsChosen ? 'Fields, chosen by what rolls and why requests fail' : 'Fields';
  const rows = fields.map(({ name, values, present }): readonly Cell[] => [
    { text: name },
    { text: valuesText(values) },
    { text: present === null ? '' : `now ${present}` },
  ]);
  return [head, ...tableLines(rows)];
}

function valuesText(values: readonly string[]): string {
  if (values.length <= VALUES_MAX) return values.join(', ');
  return `${values[0] ?? ''} … ${values.at(-1) ?? ''} (${values.length} values)`;
}

function frontierLines(tuning: Tuning, style: Style): readonly string[] {
  const { frontier, choice, nearest, present, fields } = tuning;
  const marked = choice ?? nearest;
  const isMarked = (row: TunedConfiguration): boolean => marked !== null && sameValues(row, marked);
  // A choice need not be on the frontier: pod-seconds are not among its measures.
  const outside = choice !== null && !frontier.some(isMarked) ? [choice] : [];
  const shown = thinned(frontier, isMarked);
  const rows = [...outside, ...shown];
  const cells = [
    ['', 'failed', 'rollout', 'pods', 'pod·s', 'expectations met'].map((text) => ({ text })),
    ...rows.map((row) => rowCells(row, isMarked(row) ? '▸' : '', style)),
    rowCells(present, 'now', style),
  ];
  const lines = tableLines(cells);
  const settings = ['', ...rows.map((row) => valuesLine(row, fields)), ''];
  const width = Math.max(...lines.map((line) => line.length));
  const beside = settings.every((text) => width + 3 + text.length <= WIDTH);
  const table = lines.flatMap((line, index) => {
    const text = settings[index] ?? '';
    if (text === '') return [line];
    return beside
      ? [`${line.padEnd(width + 3)}${style.faint(text)}`]
      : [line, `         ${style.faint(text)}`];
  });
  const left = frontier.length - shown.length;
  return [
    'Frontier: nothing tried beats these in failed requests, rollout time and pods at once',
    ...table,
    ...(left > 0 ? [style.faint(`  and ${left} more, see --json`)] : []),
  ];
}

function rowCells(row: TunedConfiguration, mark: string, style: Style): readonly Cell[] {
  const { share, low, high } = row.probabilityMet;
  const paint = { meets: style.good, misses: style.bad, open: style.doubtful }[row.verdict];
  const range = `${formatShare(low)} … ${formatShare(high)}, ${plural(row.runs, 'run')}`;
  return [
    { text: mark },
    { text: row.failed.max === 0 ? 'none' : formatCount(row.failed.mean) },
    { text: row.durationMs.max === 0 ? 'none' : formatMs(row.durationMs.mean) },
    { text: formatCount(Math.round(row.peakPods.mean)) },
    { text: formatCount(Math.round(row.extraPodSeconds.mean)) },
    { text: `${formatShare(share)} (${range})`, paint },
  ];
}

/** Spread evenly over the frontier, both ends and the marked one among them. */
function thinned(
  frontier: readonly TunedConfiguration[],
  isMarked: (row: TunedConfiguration) => boolean,
): readonly TunedConfiguration[] {
  if (frontier.length <= ROWS_MAX) return frontier;
  const kept = new Set(
    Array.from({ length: ROWS_MAX }, (_, index) =>
      Math.round((index * (frontier.length - 1)) / (ROWS_MAX - 1)),
    ),
  );
  return frontier.filter((row, index) => kept.has(index) || isMarked(row));
}

function valuesLine({ values }: TunedConfiguration, fields: readonly TunedField[]): string {
  return fields.map(({ name }) => `${name} ${values[name] ?? ''}`).join(' · ');
}

function sameValues(a: TunedConfiguration, b: TunedConfiguration): boolean {
  return Object.entries(a.values).every(([name, value]) => b.values[name] === value);
}

function choiceSections(choice: Choice, report: TuneReport): readonly (readonly string[])[] {
  const { tuning, style = PLAIN } = report;
  const { patches, scenarioSettings } = choice;
  const settled = choice.verdict === 'meets';
  const head = settled
    ? style.strong('Cheapest that meets the expectations')
    : style.doubtful('Cheapest that may meet the expectations; the runs were used up before it was clear');
  const commands = patches.map((patch) => `  ${patchCommand(patch)}`);
  const yaml = patches.flatMap((patch) => patchYaml(patch).map((line) => `  ${line}`));
  const rest = settingTexts(scenarioSettings).map((text) => `  ${text}`);
  return [
    [head, ...changeLines(choice, tuning), ...costLines(choice)],
    commands.length === 0 ? [] : ['Patch', ...commands],
    yaml.length === 0 ? [] : ['As YAML', ...yaml],
    rest.length === 0 ? [] : ['Outside the manifests: what the code, or its callers, must do', ...rest],
    ['Check it', `  ${checkCommand(choice, report)}`],
  ];
}

function changeLines(choice: TunedConfiguration, { fields }: Tuning): readonly string[] {
  if (choice.changedFields.length === 0) return ['  nothing needs to change'];
  const changes = fields.flatMap(({ name, present }) =>
    choice.changedFields.includes(name)
      ? [`${name} ${present === null ? '' : `${present} → `}${choice.values[name] ?? ''}`]
      : [],
  );
  const grace =
    choice.graceSeconds === null
      ? []
      : [
          `  terminationGracePeriodSeconds is raised to ${choice.graceSeconds}, so that it holds sleep, lame duck and drain`,
        ];
  return [...flow(changes, ', ', WIDTH - 2).map((line) => `  ${line}`), ...grace];
}

function costLines(choice: TunedConfiguration): readonly string[] {
  const { probabilityMet, runs, durationMs, peakPods, extraPodSeconds, standingPods } = choice;
  const { share, low, high } = probabilityMet;
  const sure = `P(met) ${formatShare(share)}, with 95 % confidence ${formatShare(low)} … ${formatShare(high)} (${plural(runs, 'run')})`;
  const cost = [
    `${formatCount(Math.round(extraPodSeconds.mean))} pod-seconds beyond ${plural(standingPods, 'pod')}`,
    durationMs.max === 0 ? 'nothing is rolled out' : `complete after ${formatMs(durationMs.mean)}`,
    `${plural(Math.round(peakPods.mean), 'pod')} at most`,
  ].join(' · ');
  return [`  ${sure}`, `  ${cost}`];
}

function nearestLines(nearest: Nearest, report: TuneReport): readonly string[] {
  const { tuning, sources, style = PLAIN } = report;
  const unmet = nearest.unmet.map(
    ({ name, target, value, probabilityMet }) =>
      `  ${name}: ${formatValue(name, value.mean)} where ${target} is expected (holds in ${formatShare(probabilityMet)} of runs)`,
  );
  const causes = nearest.causes.flatMap(({ rule, title, share, where: [place] }) => [
    `  ${formatShare(share).padEnd(9)}${title} (${rule})`,
    ...(place === undefined ? [] : [`           ${placeText(place, sources)}`]),
  ]);
  return [
    style.bad('No configuration tried meets the expectations. The nearest, and what limits it'),
    `  ${valuesLine(nearest, tuning.fields)}`,
    ...unmet,
    ...causes,
    ...(tuning.fieldsChosen ? [] : ['  Without --vary the fields are chosen by these causes.']),
  ];
}

function formatValue(name: string, value: number): string {
  if (name === 'failedShare') return formatShare(value);
  return name.startsWith('latency') || name === 'rolloutWithin' ? formatMs(value) : formatCount(value);
}

function noteLines(tuning: Tuning, style: Style): readonly string[] {
  const { choice, grid, exhausted, expectationsAssumed } = tuning;
  const notes = [
    ...(choice === null
      ? []
      : [
          'Cheapest: fewest pods all the time, then fewest pod-seconds beyond them, then the shortest rollout, then the fewest fields changed; less than 5 % apart counts as equal.',
        ]),
    ...(choice !== null && changesPods(choice)
      ? [
          'This is a rollout between pods that already carry the change. The rollout that brings it in still stops pods without it.',
        ]
      : []),
    ...(expectationsAssumed ? ['The scenario expects nothing, so no failed request was looked for.'] : []),
    ...(grid.refused > 0
      ? [`${plural(grid.refused, 'combination')} cannot be applied: ${grid.refusal ?? ''}`]
      : []),
    ...(exhausted ? ['The runs were used up; --runs-max allows more.'] : []),
  ];
  return notes.flatMap((note) => wrap(note, WIDTH)).map((line) => style.faint(line));
}

function changesPods({ set }: TunedConfiguration): boolean {
  return Object.keys(set).some(
    (path) => path.includes('.spec.template.') || path.startsWith('spec.workload'),
  );
}
