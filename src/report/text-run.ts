/** What `sim run` prints: the figures, three curves over time, why requests fail, and what to change. */
import type { PredictionResult } from '../predict/predict.ts';
import type { Prediction, Summary } from '../prediction.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { resample, sparkline, timeAxis } from './blocks.ts';
import { causeText, effectText } from './cause-text.ts';
import { engineLine } from './engine-line.ts';
import { expectationText, verdict } from './expectation-text.ts';
import { cut, flow, WIDTH } from './lines.ts';
import { formatCount, formatMs, formatShare, plural } from './numbers.ts';
import { INTERVAL_RUNS_MIN, spreadText } from './spread.ts';
import { scenarioItems } from './scenario-line.ts';
import type { Sources } from './source-lines.ts';
import { PLAIN, type Style } from './style.ts';

const LABEL = 18;
const ROW_WIDTH = WIDTH - LABEL - 2;
const CURVE = 60;
/** Causes that are listed; the rest is summed up in a line. */
const CAUSES_MAX = 5;
const WARNINGS_MAX = 5;
export interface RunReport {
  readonly scenario: Scenario;
  readonly result: PredictionResult;
  readonly sources: Sources;
  readonly style?: Style;
}

export function runText(report: RunReport): string {
  const { scenario, result } = report;
  const style = report.style ?? PLAIN;
  const [name = '', ...items] = scenarioItems(scenario);
  const [first = '', ...more] = flow([name, ...items], ' · ', WIDTH);
  const sections = [
    [
      `${style.strong(name)}${first.slice(name.length)}`,
      ...more,
      style.faint(engineLine(result.prediction, scenario.profile.name)),
    ],
    figureRows(result.prediction, style),
    curves(result),
    causes(report, style),
    warnings(result.prediction, style),
  ];
  const text = sections.filter((section) => section.length > 0).map((section) => section.join('\n'));
  return `${text.join('\n\n')}\n`;
}

function row(label: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(LABEL)}${line}`);
}

function figureRows(prediction: Prediction, style: Style): readonly string[] {
  const others = prediction.expectations.filter(({ name }) => name !== 'failedRequests');
  return [
    ...row('Failed requests', failedLines(prediction, style)),
    ...row('Rollout', rolloutLines(prediction)),
    ...row('Pods', [podsLine(prediction)]),
    ...row('Latency', [latencyLine(prediction)]),
    ...row(
      'Expectations',
      others.map((expectation) => expectationText(expectation, prediction.rollout, style)),
    ),
  ];
}

function failedLines(prediction: Prediction, style: Style): readonly string[] {
  const { requests, engine, expectations } = prediction;
  const { failed, offered } = requests;
  const expected = expectations.find(({ name }) => name === 'failedRequests');
  const verdicts = expected === undefined ? [] : [verdict(expected, style)];
  if (failed.max === 0) {
    const where = engine.runs === 1 ? 'in the run' : `in any of ${plural(engine.runs, 'run')}`;
    const none = `${style.good('none')} of ${formatCount(offered.mean)} ${where}`;
    return flow([none, ...verdicts], '    ', ROW_WIDTH);
  }
  const share = offered.mean === 0 ? 0 : failed.mean / offered.mean;
  const count = `${style.bad(formatCount(failed.mean))} of ${formatCount(offered.mean)} (${formatShare(share)})`;
  const classes = Object.entries(requests.failedByClass).map(
    ([name, { mean }]) => `${name} ${formatCount(mean)}`,
  );
  const reused = requests.failedReusedConnections.mean;
  const connections = `new connections ${formatCount(requests.failedNewConnections.mean)} · reused ${formatCount(reused)}`;
  return [
    ...flow([count, ...spread(failed, engine.runs), ...verdicts], '    ', ROW_WIDTH),
    ...flow([...flow(classes, ' · ', ROW_WIDTH), connections], '    ', ROW_WIDTH),
  ];
}

function spread(failed: Summary, runs: number): readonly string[] {
  const range = spreadText(failed, runs, formatCount);
  if (range === null) return [];
  return [runs >= INTERVAL_RUNS_MIN ? `95 % of runs ${range}` : `runs ${range}`];
}

function rolloutLines({ rollout, engine }: Prediction): readonly string[] {
  const { outcome, completeMs, lastOldPodGoneMs } = rollout;
  const words = { complete: 'complete', rolledBack: 'rolled back', stalled: 'stalled' } as const;
  const ends = (['complete', 'rolledBack', 'stalled'] as const).filter((end) => outcome[end] > 0);
  if (ends.length === 0) return ['nothing is rolled out'];
  const items = ends.map((end) => {
    const often = outcome[end] === 1 ? '' : ` in ${formatShare(outcome[end])} of runs`;
    // The time stands with the first end that has one: a stalled rollout does not finish.
    const timed = end === ends[0] && end !== 'stalled' && completeMs !== null;
    return `${words[end]}${often}${timed ? ` after ${timeText(completeMs, engine.runs)}` : ''}`;
  });
  if (lastOldPodGoneMs !== null) items.push(`last old pod gone after ${formatMs(lastOldPodGoneMs.mean)}`);
  return flow(items, '    ', ROW_WIDTH);
}

function timeText(summary: Summary, runs: number): string {
  const range = spreadText(summary, runs, formatMs);
  return range === null ? formatMs(summary.mean) : `${formatMs(summary.mean)} (${range})`;
}

function podsLine({ pods }: Prediction): string {
  const desired = formatCount(pods.peakDesired.max);
  const all = formatCount(pods.peakWithTerminating.max);
  return `at most ${desired} by the controller’s count, ${all} with terminating; at least ${formatCount(pods.minReady.min)} ready`;
}

/** Of requests that were answered: no answer takes no time, so nothing but their absence gives 0. */
function latencyLine({ latencyMs }: Prediction): string {
  if (latencyMs.p50.max === 0) return 'none: no request was answered';
  return `p50 ${formatMs(latencyMs.p50.mean)} · p99 ${formatMs(latencyMs.p99.mean)}`;
}

function curves({ picture, prediction }: PredictionResult): readonly string[] {
  const failed = resample(picture.failed, CURVE, 'mean');
  if (failed.length === 0) return [];
  const peak = Math.max(...picture.failed);
  const { minReady, peakWithTerminating } = prediction.pods;
  return [
    curve('failed/s', sparkline(failed), peak === 0 ? '' : `   max ${formatCount(peak)}`),
    curve('ready', sparkline(resample(picture.ready, CURVE, 'min')), `   min ${formatCount(minReady.min)}`),
    curve(
      'pods',
      sparkline(resample(picture.pods, CURVE, 'max')),
      `   max ${formatCount(peakWithTerminating.max)}`,
    ),
    curve('', timeAxis(picture.startMs, picture.endMs, failed.length), ''),
  ];
}

function curve(label: string, line: string, note: string): string {
  return `  ${label.padEnd(10)}${line}${note}`;
}

function causes({ result, sources, scenario }: RunReport, style: Style): readonly string[] {
  const { causes, allFixes, engine } = result.prediction;
  if (causes.length === 0) return [];
  const shown = causes.slice(0, CAUSES_MAX);
  const lines = [
    style.strong('Why they fail'),
    ...shown.flatMap((cause, index) => causeText(cause, index + 1, { runs: engine.runs, sources, style })),
  ];
  const hidden = causes.slice(CAUSES_MAX);
  if (hidden.length > 0) {
    const share = hidden.reduce((sum, cause) => sum + cause.share, 0);
    lines.push(`    ${formatShare(share).padEnd(9)}${plural(hidden.length, 'further cause')}`);
  }
  if (allFixes !== null && allFixes.failed !== null)
    lines.push(`    all fixes together${effectText(allFixes, engine.runs, style)}`);
  lines.push(
    '',
    style.faint(
      `sim explain ${scenario.name} shows each fix as settings and tells one failed request of each cause.`,
    ),
    style.faint('Shares are of today’s failures: one fix can take another cause along, or bring it out.'),
  );
  return lines;
}

function warnings({ warnings, scenario }: Prediction, style: Style): readonly string[] {
  if (warnings.length === 0) return [];
  const lines = warnings
    .slice(0, WARNINGS_MAX)
    .map(({ code, file, line, message }) => cut(` ${code}  ${file}:${line}  ${message}`, WIDTH));
  const more = warnings.length - WARNINGS_MAX;
  if (more > 0)
    lines.push(style.faint(` and ${plural(more, 'more', 'more')}: sim lint ${scenario.name} shows them all`));
  return [style.doubtful(plural(warnings.length, 'warning')), ...lines];
}
