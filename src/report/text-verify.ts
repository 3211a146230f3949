/** What `sim verify` prints: each figure's interval beside what was measured, the failures over time, and the verdict. */
import type { ScenarioVerification, Verification, VerifiedFigure } from '../verification.ts';
import { resample, sparkline, timeAxis } from './blocks.ts';
import { flow, WIDTH, wrap } from './lines.ts';
import { formatCount, formatShare, plural } from './numbers.ts';
import { spreadText } from './spread.ts';
import { PLAIN, type Style } from './style.ts';
import { tableLines, type Cell } from './table.ts';
import {
  coverageText,
  figureFormat,
  figureLabel,
  isPart,
  machineText,
  replayText,
  silentText,
  verdictText,
} from './verification-labels.ts';

const CURVE = 60;
const CURVE_LABEL = 18;
const HEAD = ['', 'predicted', '95 % of runs', 'measured', '', 'p'];

export function verificationText(verification: Verification, style: Style = PLAIN): string {
  const sections = [
    ...verification.scenarios.map((scenario) => scenarioSection(scenario, style)),
    wrap(coverageText(verification), WIDTH).join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

function scenarioSection(scenario: ScenarioVerification, style: Style): string {
  const { scenario: named, runs, seed, settings, replays } = scenario;
  const valid = replays.filter((replay) => replay.valid).length;
  const made = `${plural(runs, 'run')} from seed ${seed} against ${plural(valid, 'valid replay')}`;
  const paint = { consistent: style.good, inconsistent: style.bad, unjudged: style.doubtful }[
    scenario.verdict
  ];
  const parts = [
    [
      `${style.strong(named.name)}: ${paint(verdictText(scenario))}`,
      ...flow([made, ...settings, ...machineText(scenario)], ' · ', WIDTH).map((line) => style.faint(line)),
      ...replays.flatMap((facts, index) =>
        wrap(replayText(facts, index + 1), WIDTH).map((line) => style.faint(line)),
      ),
      ...silentText(scenario).flatMap((text) => wrap(text, WIDTH).map((line) => style.doubtful(line))),
    ],
    tableLines([HEAD.map((text): Cell => ({ text, paint: style.faint })), ...figureRows(scenario, style)]),
    curves(scenario),
    scoreLines(scenario),
  ];
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n');
}

function figureRows(
  { figures, runs, refutedBy }: ScenarioVerification,
  style: Style,
): readonly (readonly Cell[])[] {
  return figures.map((figure) => {
    const format = figureFormat(figure.unit);
    const { predicted } = figure;
    return [
      { text: `${isPart(figure.name) ? '  ' : ''}${figureLabel(figure.name)}` },
      { text: predicted === null ? 'never' : format(predicted.mean) },
      { text: predicted === null ? '' : (spreadText(predicted, runs, format) ?? format(predicted.mean)) },
      { text: figure.measured.map((value) => (value === null ? 'never' : format(value))).join(', ') },
      { text: coveredText(figure), paint: figure.covered.every(Boolean) ? style.good : style.bad },
      {
        text: figure.measured.length === 0 ? '' : figure.pValue.toFixed(3),
        ...(refutedBy.includes(figure.name) ? { note: 'refuted', paint: style.bad } : {}),
      },
    ];
  });
}

function coveredText({ covered }: VerifiedFigure): string {
  const held = covered.filter(Boolean).length;
  if (covered.length === 0) return '';
  if (covered.length === 1) return held === 1 ? 'covered' : 'outside';
  return `${held} of ${covered.length} covered`;
}

function curves({ failedPerSecond }: ScenarioVerification): readonly string[] {
  const { startMs, predicted, measured } = failedPerSecond;
  const rows = [
    { label: 'predicted, most', values: predicted.high },
    { label: 'predicted, middle', values: predicted.middle },
    ...measured.map((values, index) => ({ label: `replay ${index + 1}`, values })),
  ].map(({ label, values }) => ({ label, columns: resample(values, CURVE, 'max') }));
  const top = Math.max(0, ...rows.flatMap(({ columns }) => columns));
  if (top === 0) return [];
  const width = rows[0]?.columns.length ?? 0;
  const endMs = startMs + predicted.middle.length * 1000;
  return [
    `  Failed requests a second, up to ${formatCount(top)}`,
    ...rows.map(({ label, columns }) => `  ${label.padEnd(CURVE_LABEL)}${sparkline(columns, top)}`),
    `  ${' '.repeat(CURVE_LABEL)}${timeAxis(startMs, endMs, width)}`,
  ];
}

function scoreLines({ scores }: ScenarioVerification): readonly string[] {
  if (scores === null) return [];
  const { width, intervalScore, crps, skill } = scores;
  const against = [
    ['"it fails none"', skill.alwaysZero],
    ['"one pod for a second"', skill.onePodSecond],
  ] as const;
  const better = against.map(([rule, value]) =>
    value === null
      ? `${rule} is exactly right`
      : `${value < 0 ? '−' : ''}${formatShare(Math.abs(value))} over ${rule}`,
  );
  return wrap(
    `Failed requests: interval ${formatCount(width)} wide, interval score ${formatCount(intervalScore)}, CRPS ${formatCount(crps)}; skill ${better.join(', ')}.`,
    WIDTH - 2,
  ).map((line) => `  ${line}`);
}
