/** What is wrong with `--vary` arguments: each as it was written, with a mark under the part to blame. */
import type { VaryProblem } from '../predict/tune/vary-problem.ts';
import { PLAIN, type Style } from './style.ts';

const OPTION = '--vary ';

export function varyProblemsText(problems: readonly VaryProblem[], style: Style = PLAIN): string {
  return `${problems.map((problem) => problemLines(problem, style).join('\n')).join('\n\n')}\n`;
}

function problemLines({ text, at, length, message, hint }: VaryProblem, style: Style): readonly string[] {
  const shown = text.replaceAll(/\s/gu, ' ');
  const mark = `${' '.repeat(OPTION.length + at)}${style.bad('^'.repeat(length))}`;
  return [
    `${style.bad('error')}  ${message}`,
    `    ${OPTION}${shown}`,
    `    ${mark}`,
    ...(hint === null ? [] : [`    ${hint}`]),
  ];
}
