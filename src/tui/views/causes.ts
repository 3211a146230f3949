/** Why requests fail, most costly first, each with its line, its fix and what the fix does. */
import { effectText } from '../../report/cause-text.ts';
import { formatShare } from '../../report/numbers.ts';
import { cut, cutMiddle } from '../../report/lines.ts';
import { PLAIN } from '../../report/style.ts';
import { endedRuns } from '../figures.ts';
import { fitted, span, spread, textOf, type Line } from '../span.ts';
import { currentRuns, type CauseRow, type Opened } from '../state.ts';
import type { Area } from './area.ts';
import { headlines } from './headline.ts';
import { scrolled } from './scroll.ts';

const LINES_EACH = 4;
/** Of the chosen fix's settings. */
const SETTING_ROWS = 4;
/** Of a fix's name, whatever its effect takes. */
const TITLE_MIN = 24;
const INDENT = ' '.repeat(11);

export function causesView(opened: Opened, runsWanted: number, { width, height }: Area): readonly Line[] {
  const { rows, index } = opened.causes;
  const runs = endedRuns(currentRuns(opened));
  const [headline = [], accuracy = []] = headlines(opened, width);
  const head = [headline, accuracy];
  if (rows === null) {
    const text =
      runs.length < runsWanted ? 'Once all runs have ended, they are sorted by cause.' : 'Sorting …';
    return [...head, [span(`   ${text}`, 'faint')]];
  }
  if (rows.length === 0) return [...head, [span('   No request failed in any run.', 'good')]];
  const settings = settingLines(rows[index], width);
  const room = Math.floor((height - head.length - settings.length) / LINES_EACH);
  const { from, items } = scrolled(rows, index, room);
  const listed = items.flatMap((row, at) => causeLines(row, from + at === index, runs.length, width));
  return [...head, ...listed, ...settings];
}

function causeLines(row: CauseRow, selected: boolean, runs: number, width: number): readonly Line[] {
  const { share, title, rule, place, fix } = row;
  const left = [
    span(` ${selected ? '›' : ' '} ${formatShare(share).padEnd(8)}`, 'bad'),
    span(title, 'strong'),
  ];
  const head = spread(left, [span(`${rule} `, 'faint')], width);
  const first: Line = selected ? [{ text: textOf(fitted(head, width)), tone: 'selected' }] : head;
  return [
    first,
    [span(`${INDENT}${place === null ? 'no manifest could prevent it' : cutMiddle(place, width - 13)}`)],
    fixLine(fix, runs, width),
    [],
  ];
}

function fixLine(fix: CauseRow['fix'], runs: number, width: number): Line {
  if (fix === null) return [span(`${INDENT}no setting prevents it`, 'faint')];
  const effect = fix.failed === null ? ' → trying …' : ` ${effectText(fix, runs, PLAIN).trim()}`;
  const none = fix.failed?.max === 0;
  const room = width - INDENT.length - 'fix: '.length - effect.length - 1;
  return [
    span(`${INDENT}fix: `, 'faint'),
    span(cut(fix.title, Math.max(TITLE_MIN, room)), 'accent'),
    span(effect, none ? 'good' : 'plain'),
  ];
}

/** What the chosen cause's fix sets, as `--set` takes it. */
function settingLines(row: CauseRow | undefined, width: number): readonly Line[] {
  if (row === undefined || row.fix === null) return [];
  const texts = row.fix.set.flatMap((text) => chunks(`--set '${text}'`, width - 6));
  return [
    [span('─'.repeat(width), 'faint')],
    [span(' Enter applies the fix:', 'strong')],
    ...texts.slice(0, SETTING_ROWS).map((text): Line => [span(`   ${text}`, 'faint')]),
  ];
}

/** A setting has few spaces to break it at: behind the last stop or bracket that still fits. */
function chunks(text: string, width: number): readonly string[] {
  if (text.length <= width) return [text];
  const fits = text.slice(0, width);
  const at = Math.max(...BREAKS.map((sign) => fits.lastIndexOf(sign))) + 1;
  const end = at > width / 2 ? at : width;
  return [text.slice(0, end), ...chunks(text.slice(end).trimStart(), width)];
}

const BREAKS = ['.', ' ', '{', '['];
