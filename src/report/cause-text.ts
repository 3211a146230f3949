/** A cause as `sim run` shows it: share, sentence, rule; the line behind it; the fix and what it does. */
import type { Fix, PredictedCause } from '../prediction.ts';
import { SETTING_FILE } from '../scenario/setting.ts';
import { cutMiddle, WIDTH } from './lines.ts';
import { formatCount, formatShare } from './numbers.ts';
import type { Sources } from './source-lines.ts';
import { spreadText } from './spread.ts';
import type { Style } from './style.ts';

const INDENT = ' '.repeat(13);

export interface CauseContext {
  readonly runs: number;
  readonly sources: Sources;
  readonly style: Style;
}

export function causeText(
  cause: PredictedCause,
  rank: number,
  { runs, sources, style }: CauseContext,
): readonly string[] {
  const { share, title, rule, where, fix } = cause;
  const head = `${String(rank).padStart(2)}  ${formatShare(share).padEnd(9)}${title.padEnd(58)}  ${style.faint(rule)}`;
  const lines = [head];
  const [place] = where;
  if (place !== undefined) lines.push(`${INDENT}${placeText(place, sources)}`);
  if (fix !== null) lines.push(`${INDENT}fix: ${fix.title}${effectText(fix, runs, style)}`);
  return lines;
}

/** `changes/deployment.yaml:71    preStop: …`, cut to the line. */
export function placeText({ file, line }: PredictedCause['where'][number], sources: Sources): string {
  const place = file === SETTING_FILE ? `--set (no. ${line})` : `${file}:${line}`;
  const field = sources.field(file, line);
  if (field === null || field === '') return place;
  return `${place}    ${cutMiddle(field, WIDTH - INDENT.length - place.length - 4)}`;
}

/** `    → 12 failed (5 … 21)`; nothing when the fix was not simulated. */
export function effectText({ failed }: Pick<Fix, 'failed'>, runs: number, style: Style): string {
  if (failed === null) return '';
  if (failed.max === 0) return `    → ${style.good('none failed')}`;
  const range = spreadText(failed, runs, formatCount);
  return `    → ${style.strong(`${formatCount(failed.mean)} failed`)}${range === null ? '' : ` (${range})`}`;
}
