/** Colours for terminals that want them. */
import { styleText } from 'node:util';
import { PLAIN, type Style } from '../report/style.ts';

function paint(format: Parameters<typeof styleText>[0]): (text: string) => string {
  return (text) => styleText(format, text, { validateStream: false });
}

/** None when the stream is no terminal or NO_COLOR is set to anything (no-color.org). */
export function styleFor(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): Style {
  const { NO_COLOR: noColor, TERM: term } = environment;
  if (stream.isTTY !== true || (noColor !== undefined && noColor !== '') || term === 'dumb') return PLAIN;
  return {
    strong: paint('bold'),
    faint: paint('dim'),
    bad: paint(['bold', 'red']),
    good: paint('green'),
    doubtful: paint('yellow'),
  };
}
