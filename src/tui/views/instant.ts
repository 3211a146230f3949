/** The instant under the cursor: what a new connection meets on each node, and what every pod does. */
import type { NodeInstant, PodInstant, RunInstant } from '../../predict/run-instant.ts';
import type { RunView } from '../../predict/run-view.ts';
import { formatCount, formatMs, formatShare } from '../../report/numbers.ts';
import { fitted, joined, merged, span, widthOf, type Line, type Span } from '../span.ts';
import type { Area } from './area.ts';
import { lastMarker } from './marker-line.ts';

const NAME = 14;
/** From here on two pods stand side by side. */
const WIDE = 170;
const GAP = 2;

const LETTERS: Readonly<Record<PodInstant['state'], string>> = {
  ready: 'R',
  starting: 's',
  pending: 'p',
  unready: 'u',
  terminating: 'T',
  gone: 'x',
};

export function instantLines(
  view: RunView,
  instant: RunInstant,
  podTop: number,
  area: Area,
): readonly Line[] {
  const shorten = shortNames(view);
  const groups = groupsOf(instant.pods);
  const cells = groups.flatMap((pods) => groupLines(pods, shorten, area.width));
  const cellRows = Math.min(cells.length, Math.max(1, Math.floor((area.height - 2) * 0.6)));
  const details = instant.pods.toSorted((a, b) => worthTelling(b) - worthTelling(a));
  const detailRows = Math.max(0, area.height - 2 - cellRows);
  const across = area.width >= WIDE ? 2 : 1;
  const top = Math.max(0, Math.min(podTop, details.length - detailRows * across));
  const width = Math.floor(area.width / across) - (across - 1) * GAP;
  const podLines = details
    .slice(top, top + detailRows * across)
    .map((pod) => podLine(pod, instant, shorten, width));
  const perColumn = Math.ceil(podLines.length / across);
  return [
    nowLine(view, instant),
    nodesLine(instant, area.width),
    ...cells.slice(0, cellRows),
    ...podLines
      .slice(0, perColumn)
      .map((line, row) =>
        across === 1 ? line : joined(line, [span(' '.repeat(GAP))], podLines[row + perColumn] ?? []),
      ),
  ].slice(0, area.height);
}

/** `▲ 71.2 s  offered 10 007/s  failed 1 143/s  last: rollout started`. */
function nowLine(view: RunView, { timeMs }: RunInstant): Line {
  const bin = Math.min(view.offered.length - 1, Math.floor((timeMs - view.startMs) / view.binMs));
  const perSecond = (values: readonly number[]): string =>
    formatCount((values[bin] ?? 0) * (1000 / view.binMs));
  const failing = (view.failed[bin] ?? 0) > 0;
  const last = lastMarker(view, timeMs);
  return [
    span(` ▲ ${(timeMs / 1000).toFixed(1)} s`, 'title'),
    span(`   offered ${perSecond(view.offered)}/s`),
    span(`   failed ${perSecond(view.failed)}/s`, failing ? 'bad' : 'plain'),
    span(last === null ? '' : `   since ${(last.timeMs / 1000).toFixed(1)} s: ${last.text}`, 'faint'),
  ];
}

/** What happens to a new connection now; nodes on which some fail come first. */
function nodesLine({ nodes, failingShare }: RunInstant, width: number): Line {
  const failing = nodes.filter((node) => node.failingShare > 0);
  if (failing.length === 0) {
    return [span(' A new connection: ', 'plain'), span('a listening pod on every node', 'good')];
  }
  const line: Span[] = [
    span(' A new connection: '),
    span(`${formatShare(failingShare)} fail`, 'bad'),
    span(failing.length === nodes.length ? '' : ` (${failing.length} of ${nodes.length} nodes)`, 'plain'),
  ];
  let shown = 0;
  for (const node of failing.toSorted((a, b) => b.failingShare - a.failingShare)) {
    const text = ` · ${nodeText(node)}`;
    if (shown > 0 && widthOf(line) + text.length > width - (shown < failing.length - 1 ? 9 : 0)) break;
    line.push(span(text, 'doubtful'));
    shown++;
  }
  if (shown < failing.length) line.push(span(` · ${failing.length - shown} more`, 'faint'));
  return line;
}

function nodeText({ node, listed, byEnd }: NodeInstant): string {
  if (listed === 0) return `${node} nobody to send to`;
  const ends = [
    ...(byEnd.refused > 0 ? [`${byEnd.refused} refuse`] : []),
    ...(byEnd['connect-timeout'] > 0 ? [`${byEnd['connect-timeout']} silent`] : []),
  ];
  return `${node} ${ends.join(', ')} of ${listed}`;
}

/** What every owner's name begins with says nothing; a single owner keeps its last part. */
function shortNames({ pods }: RunView): (name: string) => string {
  const parts = [...new Set(pods.map(({ owner }) => owner))].map((owner) => owner.split('-'));
  const [first = []] = parts;
  const differs = first.findIndex((part, at) => parts.some((other) => other[at] !== part));
  const dropped = differs === -1 ? first.length - 1 : differs;
  return (name) => {
    const short = name.split('-').slice(dropped).join('-');
    return short.length > NAME ? `…${short.slice(1 - NAME)}` : short;
  };
}

function groupsOf(pods: readonly PodInstant[]): readonly (readonly PodInstant[])[] {
  const groups = new Map<string, PodInstant[]>();
  for (const pod of pods) {
    const group = groups.get(pod.pod.owner);
    if (group === undefined) groups.set(pod.pod.owner, [pod]);
    else group.push(pod);
  }
  return [...groups.values()];
}

/** One letter a pod: `checkout-service-87be71fe2e  RRRRRRTTss  6 ready of 10`. */
function groupLines(
  pods: readonly PodInstant[],
  shorten: (name: string) => string,
  width: number,
): readonly Line[] {
  const name = shorten(pods[0]?.pod.owner ?? '');
  const ready = pods.filter(({ state }) => state === 'ready').length;
  const counts = ` ${ready}/${pods.length} ready`;
  const room = width - NAME - 4 - counts.length;
  const rows = Math.ceil(pods.length / Math.max(1, room));
  return Array.from({ length: rows }, (_, row): Line => {
    const cells = pods.slice(row * room, (row + 1) * room).map((pod) => cellOf(pod));
    const label = row === 0 ? name : '';
    return [
      span(` ${label.padEnd(NAME)}`, 'faint'),
      ...merged(cells),
      span(row === 0 ? ` ${counts}` : '', 'faint'),
    ];
  });
}

/** Whether some node still sends to it although it accepts nothing. */
function isHarmful({ listening, listedOn }: PodInstant): boolean {
  return !listening && listedOn.length > 0;
}

function cellOf(pod: PodInstant): Span {
  if (isHarmful(pod)) return { text: '!', tone: 'bad' };
  const tone = pod.state === 'gone' ? 'faint' : pod.state;
  return { text: LETTERS[pod.state], tone };
}

/** Those that lose requests first, then those on their way in or out. */
function worthTelling(pod: PodInstant): number {
  if (isHarmful(pod)) return 4;
  return { terminating: 3, unready: 2, starting: 1, pending: 1, ready: 0, gone: 0 }[pod.state];
}

function podLine(
  pod: PodInstant,
  { timeMs, nodes }: RunInstant,
  shorten: (name: string) => string,
  width: number,
): Line {
  const { state, sinceMs, listening, listedOn, note } = pod;
  const since = Number.isFinite(sinceMs) ? ` ${formatMs(timeMs - sinceMs)}` : '';
  const listed =
    listedOn.length === 0 ? 'nobody sends to it' : `${listedOn.length}/${nodes.length} nodes send to it`;
  return fitted(
    [
      span(' '),
      cellOf(pod),
      span(` ${shorten(pod.pod.name).padEnd(NAME + 2)}`),
      span(`${state}${since}`.padEnd(20), state === 'gone' ? 'faint' : state),
      span((listening ? 'listens' : 'closed').padEnd(8), isHarmful(pod) ? 'bad' : 'plain'),
      span(listed.padEnd(22), isHarmful(pod) ? 'bad' : 'faint'),
      span(pod.pod.node === null ? '' : ` on ${pod.pod.node}`, 'faint'),
      span(note === null ? '' : ` · ${note.value}`, 'faint'),
    ],
    width,
  );
}
