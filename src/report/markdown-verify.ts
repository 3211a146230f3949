/** `sim verify` as Markdown, for a pull request or a nightly summary. */
import type { ScenarioVerification, Verification } from '../verification.ts';
import { resample, sparkline } from './blocks.ts';
import { plural } from './numbers.ts';
import { spreadText } from './spread.ts';
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

export function verificationMarkdown(verification: Verification): string {
  const parts = [
    '# Prediction against measurement',
    coverageText(verification),
    ...verification.scenarios.map(scenarioMarkdown),
  ];
  return `${parts.join('\n\n')}\n`;
}

function scenarioMarkdown(scenario: ScenarioVerification): string {
  const { scenario: named, runs, seed, settings, replays } = scenario;
  const made = `${plural(runs, 'run')} from seed ${seed}`;
  const under =
    settings.length === 0 ? [] : [`with ${settings.map((setting) => `\`${setting}\``).join(', ')}`];
  return [
    `## ${named.name}: ${verdictText(scenario)}`,
    `${[made, ...under, ...machineText(scenario)].join(', ')}.`,
    replays.map((facts, index) => `- ${replayText(facts, index + 1)}`).join('\n'),
    ...silentText(scenario),
    figureTable(scenario),
    curveBlock(scenario),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function figureTable({ figures, runs }: ScenarioVerification): string {
  const rows = figures.map((figure) => {
    const format = figureFormat(figure.unit);
    const { predicted } = figure;
    return [
      `${isPart(figure.name) ? '· ' : ''}${figureLabel(figure.name)}`,
      predicted === null ? 'never' : format(predicted.mean),
      predicted === null ? '' : (spreadText(predicted, runs, format) ?? format(predicted.mean)),
      figure.measured
        .map(
          (value, index) =>
            `${value === null ? 'never' : format(value)} ${figure.covered[index] ? '✓' : '✗'}`,
        )
        .join(', '),
      figure.measured.length === 0 ? '' : figure.pValue.toFixed(3),
    ];
  });
  const head = ['figure', 'predicted', '95 % of runs', 'measured', 'p'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function curveBlock({ failedPerSecond: { predicted, measured } }: ScenarioVerification): string {
  const rows = [
    ['predicted', predicted.middle] as const,
    ...measured.map((values, index) => [`replay ${index + 1}`, values] as const),
  ].map(([label, values]) => [label, resample(values, CURVE, 'max')] as const);
  const top = Math.max(0, ...rows.flatMap(([, columns]) => columns));
  if (top === 0) return '';
  const lines = rows.map(([label, columns]) => `${label.padEnd(12)}${sparkline(columns, top)}`);
  return ['Failed requests over time:', '', '```text', ...lines, '```'].join('\n');
}
