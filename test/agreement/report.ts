/** The report of a comparison of the engines, as Markdown. */
import { markdownTable } from '../../bench/markdown-table.ts';
import type { AgreementOptions, Alarm, CaseResult, FigureComparison } from './agreement.ts';
import { describeRandomCase, randomCases } from './random-cases.ts';

export interface Report {
  readonly command: string;
  readonly options: AgreementOptions;
  readonly comparisons: number;
  readonly alarms: readonly Alarm[];
  readonly cases: readonly CaseResult[];
}

export function markdownReport(report: Report): string {
  const { options, comparisons, alarms, cases } = report;
  return `# Agreement of the engines

Command: \`${report.command}\`. Every bundled scenario and ${randomCases.length} random ones, with the engine that skips ahead and with the one that
follows every request, seed by seed. For each figure two permutation tests over the pairs: one on the mean, one on the
largest distance of the distribution functions (Kolmogorov and Smirnov). Latencies may differ by 0.8 %, the width of a bucket of
their histogram. ${comparisons} comparisons; the probability of any false alarm in all of them together is at most ${options.falseAlarm * 100} % (Holm).
A case has the runs that show a shift of ${options.shift * 100} % in its failed requests (from a mean of 20 on), p50, p90 and p99 with a probability of ${options.power * 100} %,
at least ${options.firstRuns} and at most ${options.runsMax} or ${options.requestsMax / 1e6} million requests; what they do show is in the last columns.

${alarms.length === 0 ? 'No comparison says that the engines differ.' : alarmTable(alarms)}

${markdownTable([
  [
    'case',
    'runs',
    'exact share',
    'error bound',
    'speed',
    'failed: exact',
    'skip-ahead',
    'largest \\|z\\|',
    'seen: failed',
    'p50',
    'p99',
  ],
  ...cases.map(caseRow),
])}

\`exact share\` and \`error bound\` are means over the runs of what the engine says of itself, \`speed\` is the wall time of the exact engine
divided by that of the other on the same thread, \`z\` the mean difference in standard errors over all figures, and \`seen\` the shift
that would have been found with a probability of ${options.power * 100} %; – where there is none to shift.

## The random cases

${randomCases.map((small, index) => `${index + 1}. \`${describeRandomCase(small)}\``).join('\n')}
`;
}

function caseRow(result: CaseResult): string[] {
  const of = (figure: string): FigureComparison | undefined =>
    result.figures.find((comparison) => comparison.figure === figure);
  const failed = of('failed');
  const worst = result.figures.reduce((a, b) => (Math.abs(b.z) > Math.abs(a.z) ? b : a));
  return [
    result.name,
    `${result.runs}`,
    percent(result.exactShare),
    result.errorBound.toFixed(2),
    result.speedup.toFixed(1),
    (failed?.exactMean ?? 0).toFixed(1),
    ((failed?.exactMean ?? 0) + (failed?.difference ?? 0)).toFixed(1),
    worst.z === 0 ? '0' : `${Math.abs(worst.z).toFixed(1)} (${worst.figure})`,
    ...['failed', 'p50', 'p99'].map((figure) => seenText(of(figure))),
  ];
}

function seenText(comparison: FigureComparison | undefined): string {
  return comparison === undefined || !Number.isFinite(comparison.seen) ? '–' : percent(comparison.seen);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
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
  return `The engines differ:

${markdownTable([['case', 'figure', 'test', 'exact', 'skip-ahead', 'z', 'p'], ...rows])}`;
}
