/** How far a prediction is: rough from its first runs, settled once all have ended. */
import type { RunSummary } from '../../predict/run-summary.ts';
import { plural } from '../../report/numbers.ts';
import { span, type Line } from '../span.ts';
import { worstAccuracyText } from './accuracy.ts';

/** Above this a sign for each run is longer than the line. */
const BAR_MAX = 40;

/**
 * @param runs those that have ended
 * @param beside those with the same seeds that figures stand beside; null: there are none
 */
export function settledLine(
  runs: readonly RunSummary[],
  beside: readonly RunSummary[] | null,
  wanted: number,
): Line {
  const ended = Math.min(runs.length, beside?.length ?? runs.length);
  if (ended >= wanted) {
    const text = beside === null ? plural(ended, 'run') : `settled: ${ended} paired runs, same seeds`;
    const accuracy = worstAccuracyText(runs, ...(beside === null ? [] : [beside]));
    return [span(` ${[text, ...(accuracy === null ? [] : [accuracy])].join(' · ')}`, 'faint')];
  }
  const bar = '■'.repeat(ended).padEnd(wanted, '·').slice(0, wanted);
  const text = ended < 2 ? ' simulating' : ' rough, settling';
  return [span(`${text}  ${wanted <= BAR_MAX ? bar : ''} ${ended} of ${wanted} runs`, 'doubtful')];
}
