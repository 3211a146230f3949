/** The page of help, as far as it is scrolled. */
import { HELP, helpTopMax } from '../help-page.ts';
import { span, type Line } from '../span.ts';
import type { State } from '../state.ts';
import type { Area } from './area.ts';

export function helpView({ helpTop }: State, { height }: Area): readonly Line[] {
  const lines = HELP.map((entry): Line =>
    typeof entry === 'string'
      ? [span(` ${entry}`, 'strong')]
      : [span(`   ${entry[0].padEnd(18)}`, 'accent'), span(entry[1])],
  );
  const top = Math.min(helpTop, helpTopMax(height));
  return lines.slice(top, top + height);
}
