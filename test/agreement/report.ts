/** The report of a comparison of the engines, as Markdown. */
import { markdownTable } from '../../bench/markdown-table.ts';
import type { Alarm, CaseResult } from './agreement.ts';
import type { FigureComparison } from './compare-figures.ts';
import { BORDER_REQUESTS, isPlanned, LATENCY_TOLERANCE, type AgreementOptions } from './plan.ts';
import { describeRandomCase, randomCases } from './random-cases.ts';

export interface Report {
  readonly command: string;
  readonly machine: string;
  readonly wallSeconds: number;
  /** Of all threads. */
  readonly cpuSeconds: number;
  readonly options: AgreementOptions;
  readonly comparisons: number;
  readonly alarms: readonly Alarm[];
  readonly cases: readonly CaseResult[];
}

export function markdownReport(report: Report): string {
  return `# Agreement of the engines

${introduction(report)}

${verdict(report)}

${markdownTable([
  [
    'case',
    'runs',
    'compared',
    'exact share',
    'error bound',
    'speed',
    'failed: exact',
    'skip-ahead',
    'seen: failed',
    'p50',
    'p90',
    'p99',
    'largest \\|z\\|',
    'verdict',
  ],
  ...report.cases.map((result) => caseRow(result, report)),
])}

\`exact share\` and \`error bound\` are means over the runs of what the engine says of itself, \`speed\` is the time of the exact engine on one
thread divided by that of the other. \`seen\` is the smallest shift that these runs show with a probability of ${percent(report.options.power, 0)}, against the
strictest place of Holm's procedure: – where there is none to shift, in brackets where the mean is below what runs are planned
for. \`z\` is by how many standard errors the means
differ beyond what is allowed, the largest over all figures.

## The random cases

${randomCases.map((small, index) => `${index + 1}. \`${describeRandomCase(small)}\``).join('\n')}
`;
}

function introduction({
  command,
  machine,
  wallSeconds,
  cpuSeconds,
  options,
  comparisons,
  cases,
}: Report): string {
  const pairs = cases.reduce((sum, { runs }) => sum + runs, 0);
  return `Command: \`${command}\`, on ${machine}: ${wallSeconds.toFixed(0)} s, ${cpuSeconds.toFixed(0)} s of processor time.

Every bundled scenario and ${randomCases.length} random ones, with the engine that skips ahead and with the one that follows every request: ${pairs} pairs
of runs with equal seeds. For each figure (requests by how they ended, by class and by cause, latency quantiles, pods, durations)
two permutation tests over the pairs: one on the mean, one on the largest distance of the distribution functions (Kolmogorov and
Smirnov). Latencies may differ by ${percent(LATENCY_TOLERANCE, 1)}, the width of a bucket of their histogram, and
requests offered and answered by ${BORDER_REQUESTS}, those on the borders of the time that is counted. ${comparisons} comparisons; the probability of any
false alarm in all of them together is at most ${percent(options.falseAlarm, 0)} (Holm). A case has as many runs as show a shift of ${percent(options.shift, 0)} in its failed requests
(from a mean of 20 on), p50, p90 and p99 with a probability of ${percent(options.power, 0)}, at least ${options.firstRuns}; a figure for which ${options.runsMax} runs or ${options.requestsMax / 1e6} million requests
do not suffice is not run for, and the case is said to agree coarsely. How many runs there are follows from the sizes of the differences and not from their signs, which leaves the tests their level.`;
}

function verdict({ alarms }: Report): string {
  const news = alarms.filter(({ known }) => known === null);
  const known = alarms.filter((alarm) => alarm.known !== null);
  const parts = [
    news.length === 0
      ? 'No comparison says that the engines differ otherwise than is known.'
      : `**The engines differ:**\n\n${alarmTable(news)}`,
  ];
  if (known.length > 0) {
    const bounds = [...new Set(known.map((alarm) => alarm.known))].flatMap((deviation) =>
      deviation === null
        ? []
        : [
            `- ${deviation.name}, ${deviation.figures.join(', ')}: at most ${percent(deviation.bound, 1)}. ${deviation.why}`,
          ],
    );
    parts.push(
      `Known deviations (MODEL.md, "Skipping ahead"), within their bounds:\n\n${bounds.join('\n')}\n\n${alarmTable(known)}`,
    );
  }
  return parts.join('\n\n');
}

function caseRow(result: CaseResult, { alarms, options }: Report): string[] {
  const of = (figure: string): FigureComparison | undefined =>
    result.figures.find((comparison) => comparison.figure === figure);
  const failed = of('failed');
  const own = alarms.filter(({ name }) => name === result.name);
  const compared = result.figures.filter(
    ({ standardError, difference }) => standardError > 0 || difference !== 0,
  );
  return [
    result.name,
    `${result.runs}`,
    `${2 * compared.length}`,
    percent(result.exactShare, 1),
    result.errorBound.toFixed(2),
    result.speedup.toFixed(1),
    (failed?.exactMean ?? 0).toFixed(1),
    ((failed?.exactMean ?? 0) + (failed?.difference ?? 0)).toFixed(1),
    ...['failed', 'p50', 'p90', 'p99'].map((figure) => seenText(of(figure))),
    worstText(result),
    caseVerdict(result, own, options),
  ];
}

/** A figure that differs by the same in every run has no standard error: its difference is the whole answer. */
export function worstText({ figures }: CaseResult): string {
  const spread = figures.filter(({ z }) => Number.isFinite(z) && z !== 0);
  if (spread.length === 0) return '0';
  const worst = spread.reduce((a, b) => (Math.abs(b.z) > Math.abs(a.z) ? b : a));
  return `${Math.abs(worst.z).toFixed(1)} (${worst.figure})`;
}

/** Whether they agree, and whether these runs would have shown the shift that is asked for. */
function caseVerdict(result: CaseResult, alarms: readonly Alarm[], { shift }: AgreementOptions): string {
  if (alarms.some(({ known }) => known === null)) return 'differ';
  if (alarms.length > 0) return 'differ as known';
  const coarse = result.figures.some(
    ({ figure, exactMean, seen }) => isPlanned(figure, exactMean) && seen > shift,
  );
  return coarse ? 'agree, coarsely' : 'agree';
}

function seenText(comparison: FigureComparison | undefined): string {
  if (comparison === undefined || !Number.isFinite(comparison.seen)) return '–';
  const text = percent(comparison.seen, 1);
  return isPlanned(comparison.figure, comparison.exactMean) ? text : `(${text})`;
}

function percent(share: number, digits: number): string {
  return `${(share * 100).toFixed(digits)} %`;
}

function alarmTable(alarms: readonly Alarm[]): string {
  const rows = alarms.map(({ name, figure, test, p, comparison }) => [
    name,
    figure,
    test,
    comparison.exactMean.toFixed(2),
    (comparison.exactMean + comparison.difference).toFixed(2),
    comparison.z.toFixed(1),
    p.toExponential(1),
  ]);
  return markdownTable([['case', 'figure', 'test', 'exact', 'skip-ahead', 'z', 'p'], ...rows]);
}
