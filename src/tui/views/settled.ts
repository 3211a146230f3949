/** How far a prediction is: rough from its first runs, settled once all have ended. */
import { plural } from '../../report/numbers.ts';
import { span, type Line } from '../span.ts';

/** Above this a sign for each run is longer than the line. */
const BAR_MAX = 40;

/** @param paired whether figures stand beside those of other runs with the same seeds */
export function settledLine(ended: number, wanted: number, paired: boolean): Line {
  if (ended >= wanted) {
    const text = paired
      ? `settled: ${ended} paired runs, the same seeds on both sides`
      : plural(ended, 'run');
    return [span(` ${text}`, 'faint')];
  }
  const bar = '■'.repeat(ended).padEnd(wanted, '·').slice(0, wanted);
  const text = ended < 2 ? ' simulating' : ' rough, settling';
  return [span(`${text}  ${wanted <= BAR_MAX ? bar : ''} ${ended} of ${wanted} runs`, 'doubtful')];
}
