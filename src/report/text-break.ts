/** What `sim break` prints: what was tried, the smallest schedule that breaks something, why, and how to replay it. */
import { budgetText } from '../predict/break/budget.ts';
import {
  triedNothing,
  type Breaking,
  type Counterexample,
  type StakedExpectation,
} from '../predict/break/breaking.ts';
import type { ComparedCause } from '../comparison.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { placeText } from './cause-text.ts';
import { flow, WIDTH, wrap } from './lines.ts';
import { formatCount, formatMs, formatShare, plural } from './numbers.ts';
import { scenarioItems } from './scenario-line.ts';
import { signed } from './signed.ts';
import type { Sources } from './source-lines.ts';
import { PLAIN, type Style } from './style.ts';

const LABEL = 16;

export interface BreakReport {
  readonly scenario: Scenario;
  readonly breaking: Breaking;
  /** The counterexample's settings stand behind those that the scenario was loaded with. */
  readonly sources: Sources;
  /** The command that made this, without --path. */
  readonly command: string;
  /** The command that runs the scenario with the same settings. */
  readonly replayCommand: string;
  /** What is to be said about the file of earlier counterexamples. */
  readonly regressionLines: readonly string[];
  readonly style?: Style;
}

export function breakText(report: BreakReport): string {
  const { scenario, breaking, style = PLAIN } = report;
  const { counterexample } = breaking;
  const [name = '', ...items] = scenarioItems(scenario);
  const [first = '', ...more] = flow([name, ...items], ' · ', WIDTH);
  const { engine, budget } = breaking;
  const made = `seed ${engine.seed} · budget ${budgetText(budget)} · ${budget.kinds.join(', ')}`;
  const sections = [
    [
      `${style.strong(name)}${first.slice(name.length)}`,
      ...more,
      ...flow(made.split(' · '), ' · ', WIDTH).map(style.faint),
    ],
    [
      ...row(
        'Without faults',
        breaking.expectations.map((expectation) => stakedText(expectation, style)),
      ),
      ...row('Tried', triedLines(breaking)),
    ],
    adviceLines(breaking, scenario),
    ...(counterexample === null
      ? [nothingFound(breaking, style)]
      : [
          foundLines(counterexample, style),
          ['faults:', ...counterexample.yaml.map((yaml) => `  - ${yaml}`)].map((line) => style.strong(line)),
          reasonLines(counterexample, report, style),
          commandLines(counterexample, report, style),
        ]),
    report.regressionLines.flatMap((line) => wrap(line, WIDTH)),
  ];
  const text = sections.filter((section) => section.length > 0).map((section) => section.join('\n'));
  return `${text.join('\n\n')}\n`;
}

function row(label: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(LABEL)}${line}`);
}

function stakedText(expectation: StakedExpectation, style: Style): string {
  const { name, value, target, alreadyMissed, probabilityMet, beyond } = expectation;
  const share =
    probabilityMet === 0 || probabilityMet === 1 ? '' : ` (holds in ${formatShare(probabilityMet)} of runs)`;
  const met = alreadyMissed ? style.bad('not met') : style.good('met');
  const text = `${name} ${figure(name, value.mean)}     expected ${target}: ${met}${share}`;
  if (beyond === null) return text;
  const way = name === 'pods.readyMin' ? 'below' : 'above';
  return `${text}; broken ${way} ${figure(name, beyond)}`;
}

function figure(name: string, value: number): string {
  if (name === 'failedShare') return formatShare(value);
  if (name.startsWith('latency') || name === 'rolloutWithin') return formatMs(value);
  return formatCount(value);
}

function triedLines({ tried, engine, budget }: Breaking): readonly string[] {
  const earlier = tried.regressions === 0 ? '' : `${plural(tried.regressions, 'earlier counterexample')}, `;
  // How many fit into a minute says how thorough a search was that the time has ended.
  const pace = tried.ended === 'time' ? ` (${formatCount(tried.schedulesPerMinute)} a minute)` : '';
  const how = `1 run each, ${formatCount(engine.runs)} where something seems to break`;
  const lines = [`${earlier}${plural(tried.schedules, 'schedule')}${pace}, ${how}`];
  if (tried.screeningFactor !== null) {
    const where = tried.screenedKinds.length < budget.kinds.length ? 'where a node goes down ' : 'each ';
    lines.push(`${where}first with one request of ${tried.screeningFactor}, with all when that comes near`);
  }
  return lines;
}

/** An expectation that no run meets cannot be broken: whoever asks should know, and know what to do about it. */
function adviceLines({ expectations }: Breaking, scenario: Scenario): readonly string[] {
  const missed = expectations.filter(({ alreadyMissed }) => alreadyMissed);
  if (missed.length === 0) return [];
  const names = missed.map(({ name }) => name).join(' and ');
  const worst = missed.find(({ name }) => name === 'failedRequests')?.value.max;
  const such = worst === undefined ? '' : `, such as --set spec.expect.failedRequests=${roundedUp(worst)}`;
  const text =
    `${scenario.name} misses ${names} without any fault: only what makes it twice as bad as the worst such run ` +
    `counts as broken. To search for less, expect less${such}; or mend the scenario first (sim explain).`;
  return wrap(text, WIDTH);
}

/** The next number with two digits that mean something. */
function roundedUp(value: number): number {
  const step = 10 ** Math.max(0, String(Math.ceil(value)).length - 2);
  return Math.ceil(value / step) * step;
}

function nothingFound({ tried }: Breaking, style: Style): readonly string[] {
  const why = {
    found: '',
    time: 'More --minutes try more; a larger --budget tries worse.',
    schedules: 'More --schedules try more; a larger --budget tries worse.',
    exhausted: 'Within this budget no further schedule differs from those; a larger --budget tries worse.',
    'nothing-to-break':
      'There is nothing to break: no kind of fault has a target in this scenario, or the budget leaves it no room.',
  }[tried.ended];
  if (tried.ended === 'nothing-to-break') return wrap(why, WIDTH);
  if (triedNothing(tried))
    return [
      `${style.bad('Nothing was tried')}: the time was over before the first schedule. Give more --minutes.`,
    ];
  return [`${style.good('Nothing found')} that breaks what is expected. ${why}`];
}

function foundLines(counterexample: Counterexample, style: Style): readonly string[] {
  const { faults, broken, from, minimal, shrinks, shrinksTried } = counterexample;
  const what = broken.map(
    ({ name, missed, runs }) => `${name} in ${formatCount(missed)} of ${plural(runs, 'run')}`,
  );
  const breaks = what.length === 0 ? 'what is expected in most of the first runs' : what.join(', ');
  const earlier = from === 'regression' ? 'An earlier counterexample still holds: ' : '';
  const subject =
    faults.length === 1 ? 'one fault breaks' : `${formatCount(faults.length)} faults together break`;
  const sentence = `${earlier}${subject} ${breaks}.`;
  const head = style.bad(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`);
  if (from !== 'search') return [head];
  const steps = `shrunk in ${plural(shrinks, 'step')}, ${plural(shrinksTried, 'smaller one')} tried`;
  const least =
    minimal === true ? 'no smaller one breaks the same' : 'there was no time to try every smaller one';
  return [head, style.faint(`${steps}: ${least}.`)];
}

const CAUSES_MAX = 3;

function reasonLines(
  { comparison, broken }: Counterexample,
  { sources }: BreakReport,
  style: Style,
): readonly string[] {
  const worse = comparison.causes
    .filter(({ difference }) => difference.mean > 0)
    .toSorted((a, b) => b.difference.mean - a.difference.mean)
    .slice(0, CAUSES_MAX);
  const lines = [style.strong('Why it breaks')];
  for (const { name } of broken) {
    const [before, after] = [comparison.first, comparison.second].map((_, side) => {
      const list = comparison.expectations.find((expectation) => expectation.name === name);
      const result = side === 0 ? list?.first : list?.second;
      return result === undefined || result === null ? '' : figure(name, result.value.mean);
    });
    if (before !== '' && after !== '') lines.push(`    ${name} ${before} → ${after}`);
  }
  for (const [index, cause] of worse.entries()) lines.push(...causeLines(cause, index + 1, sources, style));
  if (lines.length === 1) lines.push('    no request fails of it');
  return lines;
}

function causeLines(cause: ComparedCause, rank: number, sources: Sources, style: Style): readonly string[] {
  const { title, rule, difference } = cause;
  const lines = [
    `${String(rank).padStart(2)}  ${signed(difference.mean, formatCount)} failed   ${title}  ${style.faint(rule)}`,
  ];
  for (const place of (cause.second ?? cause.first)?.where.slice(0, 2) ?? [])
    lines.push(`      ${placeText(place, sources)}`);
  return lines;
}

function commandLines(
  { set, path, from }: Counterexample,
  { command, replayCommand }: BreakReport,
  style: Style,
): readonly string[] {
  const lines = [`Replay: ${replayCommand}${set.map((text) => ` --set ${shellWord(text)}`).join('')}`];
  if (from === 'search') lines.push(style.faint(`Again:  ${command} --path ${path ?? ''}`));
  return lines;
}

/** As a shell takes it as one word. */
export function shellWord(text: string): string {
  return /^[\w./:=,@%+-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
