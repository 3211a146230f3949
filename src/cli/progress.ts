/** One line on a terminal that says how far the work is. */

export interface ProgressLine {
  /** Something that changes all the time: nothing elsewhere than on a terminal. */
  readonly show: (text: string) => void;
  /** What is being waited for: elsewhere a line of its own. */
  readonly step: (text: string) => void;
  readonly clear: () => void;
}

const ERASE = '\r\u001B[K';

/** A terminal that can rewrite no line (`TERM=dumb`) counts as none. */
export function progressLine(
  stream: { readonly isTTY?: boolean; readonly write: (text: string) => unknown },
  { TERM: term }: NodeJS.ProcessEnv,
): ProgressLine {
  let shown = '';
  const change = (text: string, written: string): void => {
    if (text === shown) return;
    shown = text;
    stream.write(written);
  };
  if (stream.isTTY !== true || term === 'dumb') {
    return {
      show: () => undefined,
      step: (text) => change(text, `${text}\n`),
      clear: () => undefined,
    };
  }
  const show = (text: string): void => change(text, `${ERASE}${text}`);
  return { show, step: show, clear: () => change('', ERASE) };
}
