/** The prediction in one line, and how closely its requests were followed. */
import { formatCount, formatMs, formatShare } from '../../report/numbers.ts';
import { spreadText } from '../../report/spread.ts';
import type { Summary } from '../../prediction.ts';
import { endedRuns, FIGURES, summaryOf } from '../figures.ts';
import { joined, span, spread, widthOf, type Line } from '../span.ts';
import { currentRuns, type Opened } from '../state.ts';
import { accuracyText } from './accuracy.ts';

/** Between the two on one line. */
const GAP = 3;

/** The headline with the accuracy at its right, or below it where the columns are few. */
export function headlines(opened: Opened, width: number): readonly Line[] {
  const line = headline(opened);
  const accuracy = accuracyText(endedRuns(currentRuns(opened)));
  if (accuracy === null) return [line];
  const right = [span(`${accuracy} `, 'faint')];
  return widthOf(line) + widthOf(right) + GAP <= width
    ? [spread(line, right, width)]
    : [line, [span(` ${accuracy}`, 'faint')]];
}

/** `Failed 24 724 (959 … 70 216) · complete after 64 s · most pods 30`. */
export function headline(opened: Opened): Line {
  const runs = endedRuns(currentRuns(opened));
  if (runs.length === 0) return [span(' Simulating the first runs …', 'faint')];
  const summary = (name: string): Summary | null => {
    const kind = FIGURES.find((figure) => figure.name === name);
    return kind === undefined ? null : summaryOf(kind, runs);
  };
  const failed = summary('Failed');
  const complete = summary('Complete');
  const peak = summary(' + terminating');
  const offered = runs.reduce((sum, { totals }) => sum + totals.offered, 0) / runs.length;
  const line: Line[] = [];
  if (failed !== null) {
    const range = spreadText(failed, runs.length, formatCount);
    line.push([
      span(' Failed '),
      span(failed.max === 0 ? 'none' : formatCount(failed.mean), failed.max === 0 ? 'good' : 'bad'),
      span(range === null ? '' : ` (${range})`, 'plain'),
      span(failed.max === 0 || offered === 0 ? '' : ` ${formatShare(failed.mean / offered)}`, 'plain'),
    ]);
  }
  if (complete !== null) line.push([span(`complete after ${formatMs(complete.mean)}`)]);
  else if (runs.some(({ rollout }) => rollout.outcome === 'stalled'))
    line.push([span('the rollout stalls', 'bad')]);
  if (peak !== null) line.push([span(`up to ${formatCount(peak.max)} pods`)]);
  return line.flatMap((part, index) => (index === 0 ? part : joined([span(' · ', 'faint')], part)));
}
