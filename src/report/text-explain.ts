/** What `sim explain` prints: each cause with every line behind it, one failed request's story, and the fix as settings. */
import type { PredictionResult } from '../predict/predict.ts';
import { causeKey } from '../predict/run-summary.ts';
import { settingTexts } from '../predict/setting-text.ts';
import type { Fix, PredictedCause } from '../prediction.ts';
import { effectText, placeText } from './cause-text.ts';
import { engineLine } from './engine-line.ts';
import { flow, WIDTH } from './lines.ts';
import { formatCount, formatShare, plural } from './numbers.ts';
import type { RunReport } from './text-run.ts';
import { scenarioItems } from './scenario-line.ts';
import { shellQuoted } from './shell-quoted.ts';
import type { Sources } from './source-lines.ts';
import { spreadText } from './spread.ts';
import { storyText } from './story-text.ts';
import { PLAIN, type Style } from './style.ts';

export function explainText({ scenario, result, sources, style = PLAIN }: RunReport): string {
  const { engine, causes, requests, allFixes } = result.prediction;
  const head = [
    ...flow(scenarioItems(scenario), ' · ', WIDTH),
    style.faint(engineLine(result.prediction, scenario.profile.name)),
  ].join('\n');
  if (causes.length === 0) {
    return `${head}\n\nNo request fails in ${engine.runs === 1 ? 'the run' : `any of ${plural(engine.runs, 'run')}`}: there is nothing to explain.\n`;
  }
  const { failed, offered } = requests;
  const sections = [
    head,
    `${formatCount(failed.mean)} of ${formatCount(offered.mean)} requests fail, for ${plural(causes.length, 'cause')}.`,
    ...causes.map((cause, index) => causeSection(cause, index + 1, result, sources, style)),
  ];
  if (allFixes !== null) {
    sections.push(['All fixes together', ...fixLines(allFixes, engine.runs, style)].join('\n'));
  }
  if (causes.some(({ fix }) => fix !== null && changesPods(fix))) {
    sections.push(
      style.faint(
        'Effects are those of a rollout between pods that already carry the fix. The rollout that brings it in\nstill stops pods without it.',
      ),
    );
  }
  return `${sections.join('\n\n')}\n`;
}

function causeSection(
  cause: PredictedCause,
  rank: number,
  { examples, prediction }: PredictionResult,
  sources: Sources,
  style: Style,
): string {
  const { title, rule, share, failed, where, fix } = cause;
  const { runs } = prediction.engine;
  const range = spreadText(failed, runs, formatCount);
  const lines = [
    `${rank}  ${style.strong(title)} (${rule})`,
    `   ${formatShare(share)} of the failures: ${formatCount(failed.mean)} in a run${range === null ? '' : ` (${range})`}`,
    ...where.map((place) => `   ${placeText(place, sources)}`),
  ];
  const key = keyOf(cause);
  const example = examples.find((request) => keyOf(request) === key);
  if (example !== undefined) lines.push('', indented(storyText(example, style)));
  lines.push('');
  if (fix === null) lines.push('   No setting of the scenario would prevent it.');
  else lines.push(`   Fix: ${fix.title}`, ...fixLines(fix, runs, style));
  return lines.join('\n');
}

/** Columns do not matter: a prediction gives lines only. */
function keyOf({ rule, where }: { readonly rule: string; readonly where: PredictedCause['where'] }): string {
  return causeKey({ rule, where: where.map(({ file, line }) => ({ file, line, column: 1 })) });
}

/** The settings to paste, and what they do. */
function fixLines(fix: Fix, runs: number, style: Style): readonly string[] {
  const settings = settingTexts(fix.set).map((text) => `     --set ${shellQuoted(text)}`);
  const effect = effectText(fix, runs, style).trim();
  return effect === '' ? settings : [...settings, `   ${effect}`];
}

function changesPods({ set }: Fix): boolean {
  return Object.keys(set).some(
    (path) => path.includes('.spec.template.') || path.startsWith('spec.workload'),
  );
}

function indented(text: string): string {
  return text.replaceAll(/^/gmu, '   ');
}
