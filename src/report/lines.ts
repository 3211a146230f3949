/** Laying text out in lines of a terminal's width. Colours take no room. */
import { stripVTControlCharacters } from 'node:util';

export const WIDTH = 100;

/** Puts items on as few lines as fit; an item is never broken. */
export function flow(items: readonly string[], separator: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    const joined = `${last ?? ''}${separator}${item}`;
    if (last === undefined || stripVTControlCharacters(joined).length > width) lines.push(item);
    else lines[lines.length - 1] = joined;
  }
  return lines;
}

/** Breaks a sentence at spaces. */
export function wrap(text: string, width: number): readonly string[] {
  return flow(text.split(' '), ' ', width);
}

export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** Leaves whole words out after the first key, since a manifest's line says most at its end. */
export function cutMiddle(text: string, width: number): string {
  if (text.length <= width) return text;
  const colon = text.indexOf(':');
  const head = colon === -1 || colon > width / 3 ? '' : text.slice(0, colon + 1);
  const gap = head === '' ? '…' : ' … ';
  const from = text.length - Math.max(0, width - head.length - gap.length);
  const tail = text.slice(from);
  const isWordBroken = !/\s/u.test(text.slice(from - 1, from + 1)) && tail.includes(' ');
  return `${head}${gap}${(isWordBroken ? tail.slice(tail.indexOf(' ')) : tail).trimStart()}`;
}
