/** One line on a terminal that says how far the work is; nothing elsewhere. */

export interface ProgressLine {
  readonly show: (text: string) => void;
  readonly clear: () => void;
}

const ERASE = '\r\u001B[K';

export function progressLine(stream: {
  readonly isTTY?: boolean;
  readonly write: (text: string) => unknown;
}): ProgressLine {
  if (stream.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  let shown = '';
  return {
    show(text) {
      if (text === shown) return;
      shown = text;
      stream.write(`${ERASE}${text}`);
    },
    clear() {
      if (shown === '') return;
      shown = '';
      stream.write(ERASE);
    },
  };
}
