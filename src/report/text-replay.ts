/** What came of a replay, as text: whether it counts, what failed and why, and where its record is. */
import { busyMachine, IDLE_SHARE_MIN } from '../busy-machine.ts';
import { UNKNOWN_RULE, type RunRecord } from '../record.ts';
import { formatCount, formatMs, formatShare } from './numbers.ts';
import type { Style } from './style.ts';

const CAUSES_MAX = 5;

export function replayText(record: RunRecord, recordFile: string, style: Style): string {
  const { totals, rollout, pods, measurement } = record;
  const lines = [
    `${style.strong(record.scenario.name)} on ${measurement?.cluster.name ?? 'a cluster'}: ${validityText(record, style)}`,
    '',
    ...(measurement?.invalidBecause ?? []).map((reason) => `  ${reason}`),
    ...((measurement?.invalidBecause.length ?? 0) > 0 ? [''] : []),
    `  requests  ${formatCount(totals.offered)} offered, ${failedText(record)}`,
    `  latency   p50 ${formatMs(totals.latencyMs.p50)}, p99 ${formatMs(totals.latencyMs.p99)}`,
    `  rollout   ${rolloutText(rollout)}`,
    `  pods      at most ${pods.peakWithTerminating} with those that end, at least ${pods.minReady} Ready`,
    ...machineLines(record),
    ...nodeLines(record),
    ...causeLines(record),
    '',
    `Record: ${recordFile}`,
  ];
  return `${lines.join('\n')}\n`;
}

function validityText({ measurement }: RunRecord, style: Style): string {
  if (measurement?.partial === true) return style.bad('ended before its time');
  return (measurement?.invalidBecause.length ?? 0) === 0 ? style.good('valid') : style.bad('not valid');
}

function failedText({ totals }: RunRecord): string {
  const { failed, offered, failedByClass, inFlight } = totals;
  const classes = Object.entries(failedByClass).map(([name, count]) => `${formatCount(count)} ${name}`);
  const share = offered === 0 ? '' : ` (${formatShare(failed / offered)})`;
  const open = inFlight === 0 ? '' : `, ${formatCount(inFlight)} never ended`;
  return `${formatCount(failed)} failed${share}${classes.length === 0 ? '' : `: ${classes.join(', ')}`}${open}`;
}

function rolloutText({ outcome, completeMs, lastOldPodGoneMs }: RunRecord['rollout']): string {
  if (outcome === 'none') return 'none';
  const gone = lastOldPodGoneMs === null ? '' : `, the last old pod gone after ${formatMs(lastOldPodGoneMs)}`;
  return completeMs === null ? outcome : `${outcome} after ${formatMs(completeMs)}${gone}`;
}

/** While pods start, a small machine has nothing left for those that serve. */
function machineLines({ measurement }: RunRecord): string[] {
  const { seconds, of } = busyMachine(measurement);
  if (seconds === 0) return [];
  return [
    `  machine   less than ${formatShare(IDLE_SHARE_MIN)} idle in ${seconds} of ${of} seconds of it: what failed then may be its own doing`,
  ];
}

function nodeLines({ measurement }: RunRecord): string[] {
  const nodes = measurement?.nodes ?? [];
  if (nodes.length === 0) return [];
  const use = nodes.map(
    ({ name, coresBefore, cores }) => `${name} ${coresBefore.toFixed(2)} → ${cores.toFixed(2)}`,
  );
  return [`  nodes     cores used before the change and from it on: ${use.join(', ')}`];
}

function causeLines({ causes }: RunRecord): string[] {
  if (causes.length === 0) return [];
  const shown = causes.slice(0, CAUSES_MAX).map(({ rule, where, failed }) => {
    const [place] = where;
    const at = place === undefined ? '' : `, ${place.file}:${place.line}`;
    const why = rule === UNKNOWN_RULE ? 'the record does not show why' : rule;
    return `    ${formatCount(failed)}: ${why}${at}`;
  });
  return ['  causes', ...shown];
}
