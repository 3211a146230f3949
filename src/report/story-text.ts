/** One failed request, told in time order. */
import type { FailedRequest } from '../record.ts';
import { wrap, WIDTH } from './lines.ts';
import { formatInstant } from './numbers.ts';
import { PLAIN, type Style } from './style.ts';

export function storyText(request: FailedRequest, style: Style = PLAIN): string {
  const { ordinal, client, clientNode, pod, podNode, connection, attempts, story } = request;
  const target = pod === null ? 'no pod' : `pod ${pod}${podNode === null ? '' : ` on ${podNode}`}`;
  const tries = attempts === 1 ? '' : `, attempt ${attempts}`;
  const lines = [
    `${style.strong(`Failed request ${ordinal}`)}: ${request.class}, from ${client} on ${clientNode} to ${target}, ${connection} connection${tries}`,
  ];
  for (const { timeMs, text } of story) {
    const at = formatInstant(timeMs).padStart(12);
    const [first = '', ...more] = wrap(text, WIDTH - 15);
    lines.push(`${style.faint(at)}   ${first}`, ...more.map((line) => `${' '.repeat(15)}${line}`));
  }
  return lines.join('\n');
}
