/** Columns of one value over time, over one or several rows of eighths. */
import { span, type Line, type Tone } from '../span.ts';

const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Whatever is above zero shows. @returns `height` lines, the upper first */
export function bars(values: readonly number[], max: number, height: number, tone: Tone): readonly Line[] {
  return Array.from({ length: height }, (_, row) => {
    const below = (height - 1 - row) * 8;
    const text = values
      .map((value) => {
        if (!(value > 0) || !(max > 0)) return ' ';
        const steps = Math.max(1, Math.round((value / max) * height * 8));
        return EIGHTHS[Math.max(0, Math.min(8, steps - below))] ?? ' ';
      })
      .join('');
    return [span(text, tone)];
  });
}
