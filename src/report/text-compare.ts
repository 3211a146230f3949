/** What `sim compare` prints: figures, causes and expectations of two sides in columns, and the difference in words. */
import type {
  ComparedCause,
  ComparedExpectation,
  ComparedFigure,
  ComparedSide,
  Comparison,
  Difference,
  FigureUnit,
  Verdict,
} from '../comparison.ts';
import type { ExpectationResult, Summary } from '../prediction.ts';
import { WIDTH, wrap } from './lines.ts';
import { formatCount, formatMs, formatShare, plural } from './numbers.ts';
import { signed, signedInterval } from './signed.ts';
import { spreadText } from './spread.ts';
import { PLAIN, type Style } from './style.ts';
import { tableLines, type Cell } from './table.ts';

const LABELS: Readonly<Record<string, string>> = {
  'requests.offered': 'Requests offered',
  'requests.failed': 'Failed requests',
  'requests.failedNewConnections': '  new connections',
  'requests.failedReusedConnections': '  reused ones',
  'requests.retried': 'Retried requests',
  'latencyMs.p50': 'Latency p50',
  'latencyMs.p90': '  p90',
  'latencyMs.p99': '  p99',
  'latencyMs.p999': '  p99.9',
  'rollout.outcome.complete': 'Rollout completes',
  'rollout.completeMs': '  after',
  'rollout.lastOldPodGoneMs': '  last old pod gone',
  'pods.peakDesired': 'Pods at most',
  'pods.peakWithTerminating': '  with terminating',
  'pods.minReady': '  ready at least',
  'pods.minServing': '  serving at least',
  'pods.peakCpuRequested': 'CPU requested',
  'pods.peakMemoryRequestedBytes': 'Memory requested',
};

export function compareText(comparison: Comparison, style: Style = PLAIN): string {
  const sections = [
    heading(comparison, style),
    figureLines(comparison, style),
    causeLines(comparison, style),
    expectationLines(comparison, style),
    comparison.notes.flatMap((note) => wrap(note, WIDTH)).map((line) => style.doubtful(line)),
  ];
  const text = sections.filter((section) => section.length > 0).map((section) => section.join('\n'));
  return `${text.join('\n\n')}\n`;
}

function heading({ first, second, paired }: Comparison, style: Style): readonly string[] {
  const lines = [`first   ${style.strong(first.label)}`, `second  ${style.strong(second.label)}`];
  if (paired) {
    const how = 'each seed on both sides, differences are second − first with their 95 % interval';
    return [...lines, style.faint(`seed ${first.seed} · ${plural(first.runs, 'run')} each · ${how}`)];
  }
  return [...lines, style.faint(`${madeOf('first', first)} · ${madeOf('second', second)}`)];
}

function madeOf(name: string, { source, seed, runs }: ComparedSide): string {
  return `${name}: ${plural(runs, 'run')} ${source === 'measured' ? 'on a cluster' : `from seed ${seed}`}`;
}

const HEAD = ['', 'first', 'second', 'second − first', ''];

function figureLines({ figures, first, second }: Comparison, style: Style): readonly string[] {
  const rows = figures.filter(isWorthShowing).map((figure): readonly Cell[] => {
    const format = formatOf(figure.unit);
    const told = ![figure.first, figure.second].some((side) => isUnanswered(side, figure.unit));
    return [
      { text: LABELS[figure.name] ?? `  ${figure.name.split('.').at(-1) ?? ''}` },
      valueCell(figure.first, first.runs, format, figure.unit),
      valueCell(figure.second, second.runs, format, figure.unit),
      told ? differenceCell(figure.difference, format) : { text: '' },
      told ? verdictCell(figure.verdict, figure.difference, style) : { text: '' },
    ];
  });
  const head = HEAD.map((text): Cell => ({ text, paint: style.faint }));
  return tableLines([head, ...rows]);
}

/** What neither side has any of says nothing. */
function isWorthShowing({ name, first, second, verdict }: ComparedFigure): boolean {
  if (name === 'requests.failed') return true;
  const none = (first?.max ?? 0) === 0 && (second?.max ?? 0) === 0;
  return !(none && verdict === 'same') && !(first === null && second === null);
}

function valueCell(
  summary: Summary | null,
  runs: number,
  format: (value: number) => string,
  unit: FigureUnit,
): Cell {
  if (summary === null) return { text: 'never' };
  if (isUnanswered(summary, unit)) return { text: 'none' };
  return { text: format(summary.mean), note: unit === 'share' ? null : spreadText(summary, runs, format) };
}

/** A time of nothing: no request of that side was answered. */
function isUnanswered(summary: Summary | null, unit: FigureUnit): boolean {
  return unit === 'milliseconds' && summary?.max === 0;
}

function differenceCell(difference: Difference | null, format: (value: number) => string): Cell {
  if (difference === null) return { text: '' };
  const { mean, low, high } = difference;
  return { text: mean === 0 ? '0' : signed(mean, format), note: signedInterval(low, high, format) };
}

function verdictCell(verdict: Verdict, difference: Difference | null, style: Style): Cell {
  const paint = { better: style.good, worse: style.bad }[verdict as string] ?? style.faint;
  return { text: verdict, note: leaningText(verdict, difference), paint };
}

/** Where the interval holds zero and the pairs decide. */
function leaningText(verdict: Verdict, difference: Difference | null): string | null {
  if (difference === null || difference.pairs === null || verdict === 'unclear' || verdict === 'same')
    return null;
  const { low, high, pairs } = difference;
  if (low === null || high === null || low > 0 || high < 0) return null;
  return `in ${Math.max(pairs.higher, pairs.lower)} of ${plural(pairs.count, 'run')}`;
}

function formatOf(unit: FigureUnit): (value: number) => string {
  switch (unit) {
    case 'requests':
    case 'pods':
      return formatCount;
    case 'cores':
      return (value) => String(Number(value.toFixed(2)));
    case 'milliseconds':
      return formatMs;
    case 'bytes':
      return (value) => `${formatCount(value / 1024 ** 3)} GiB`;
    case 'share':
      return formatShare;
  }
}

/** Causes that are listed; the rest is counted. */
const CAUSES_MAX = 8;

function causeLines({ causes, first, second }: Comparison, style: Style): readonly string[] {
  if (causes.length === 0) return [];
  const lines: string[] = [];
  for (const [index, cause] of causes.slice(0, CAUSES_MAX).entries()) {
    const row = causeRow(cause, first.runs, second.runs, style);
    lines.push(
      `${String(index + 1).padStart(2)}  ${cause.title}  ${style.faint(cause.rule)}`,
      ...placeLines(cause).map((place) => `    ${place}`),
      ...tableLines([row]).map((line) => `  ${line}`),
    );
  }
  const hidden = causes.length - CAUSES_MAX;
  if (hidden > 0) lines.push(`    ${plural(hidden, 'further cause')}`);
  return [style.strong('Why they fail'), ...lines];
}

function causeRow(
  { first, second, difference, verdict }: ComparedCause,
  firstRuns: number,
  secondRuns: number,
  style: Style,
): readonly Cell[] {
  const only = first === null ? ', only in the second' : second === null ? ', only in the first' : '';
  return [
    { text: `${failedText(first, firstRuns)} → ${failedText(second, secondRuns)}` },
    differenceCell(difference, formatCount),
    { ...verdictCell(verdict, difference, style), text: `${verdict}${only}` },
  ];
}

function failedText(side: ComparedCause['first'], runs: number): string {
  if (side === null) return 'none';
  const range = spreadText(side.failed, runs, formatCount);
  return `${formatCount(side.failed.mean)}${range === null ? '' : ` (${range})`}`;
}

/** The deciding line of each side; once where it is the same. */
function placeLines({ first, second }: ComparedCause): readonly string[] {
  const [a, b] = [first, second].map((side) => {
    const place = side?.where[0];
    if (place === undefined) return null;
    return place.file === '--set' ? `--set (no. ${place.line})` : `${place.file}:${place.line}`;
  }) as [string | null, string | null];
  if (a === b || b === null) return a === null ? [] : [a];
  return a === null ? [b] : [`${a} in the first, ${b} in the second`];
}

function expectationLines({ expectations }: Comparison, style: Style): readonly string[] {
  if (expectations.length === 0) return [];
  const rows = expectations.map((expectation): readonly Cell[] => [
    { text: expectation.name },
    { text: expectationText(expectation.first) },
    { text: expectationText(expectation.second) },
    expectationVerdict(expectation, style),
  ]);
  return [style.strong('Expectations'), ...tableLines(rows)];
}

function expectationText(result: ExpectationResult | null): string {
  if (result === null) return 'not expected';
  const share =
    result.probabilityMet === 0 || result.probabilityMet === 1
      ? ''
      : ` in ${formatShare(result.probabilityMet)} of runs`;
  return `${result.target}: ${result.met ? 'met' : share === '' ? 'not met' : 'met only'}${share}`;
}

function expectationVerdict({ verdict, first, second }: ComparedExpectation, style: Style): Cell {
  if (verdict === 'unclear') return { text: '' };
  if (verdict !== 'same') return verdictCell(verdict, null, style);
  return {
    text: first?.met === true && second?.met === true ? 'met by both' : 'met by neither',
    paint: style.faint,
  };
}
